// Live parts: ask for the fragment again at a steady beat, pause, back off and say so when the line is down.
//
// The beat is our own event and not htmx's "every 2s" because a pause must stop it, a hidden tab must
// not ask, and a filter in hx-trigger needs eval. Figures are not announced at each beat: a screen
// reader would never fall silent. Only a change of state is, in the polite status line.

const SLOWEST = 30_000;
const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";

export function startLiveParts(scope) {
  scope.querySelectorAll("[data-live]").forEach(start);
}

function start(part) {
  const beat = Number(part.dataset.live);
  const body = part.querySelector("[data-live-body]");
  const button = part.querySelector("[data-live-pause]");
  const said = part.querySelector("[data-live-state]");
  const clock = part.querySelector("[data-live-clock]");
  const words = part.dataset;
  let wait = beat;
  let paused = false;
  let waiting = false;
  let timer = 0;

  function show(state) {
    if (part.dataset.state === state) return;
    part.dataset.state = state;
    said.textContent = { on: words.wordsOn, paused: words.wordsPaused, lost: words.wordsLost }[state];
  }

  function next() {
    clearTimeout(timer);
    if (!paused) timer = setTimeout(ask, wait);
  }

  function ask() {
    if (document.hidden || waiting) return next();
    waiting = true;
    body.dispatchEvent(new CustomEvent("danso:beat"));
  }

  function answered(event) {
    waiting = false;
    const failed = event.type !== "htmx:afterRequest" || !event.detail.successful;
    wait = failed ? Math.min(wait * 2, SLOWEST) : beat;
    if (!paused) show(failed ? "lost" : "on");
    if (!failed) clock.textContent = new Date().toLocaleTimeString(LANGUAGE, { timeZone: "Asia/Ho_Chi_Minh" });
    next();
  }

  // What the reader unfolded stays open: the fresh part comes folded.
  let unfolded = [];
  body.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...body.querySelectorAll("details")].map((one) => one.open);
  });
  body.addEventListener("htmx:afterSwap", () => {
    body.querySelectorAll("details").forEach((one, place) => (one.open = unfolded[place] ?? false));
  });

  // A redirect means the session ended: show the sign-in page whole, not inside the part.
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const asked = new URL(pathInfo.finalRequestPath, location.href).pathname;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  body.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !paused && !waiting) {
      clearTimeout(timer);
      ask();
    }
  });

  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? words.wordsResume : words.wordsPause;
    show(paused ? "paused" : "on");
    if (paused) clearTimeout(timer);
    else ask();
  });
  button.hidden = false;
  part.querySelector("[data-live-refresh]").hidden = true;
  show("on");
  next();
}
