// Lists and decisions by keyboard: j and k move in a list marked data-keys, digits move to the
// decisions of a form marked data-decisions; what has a data-key there is reached by that key. Keys
// only move the focus; Enter decides.

const TYPING = "input, textarea, select, [contenteditable]";

// A message that took the focus (a banner, a summary of errors) is nothing to press: keys go on.
function reached(region, active) {
  return region.contains(active) || !active.matches("a, button, summary, [role=menuitem]");
}

function step(region, by) {
  const links = [...region.querySelectorAll("tbody a[href]")];
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

function onKey(event) {
  const active = document.activeElement ?? document.body;
  if (event.ctrlKey || event.metaKey || event.altKey || active.closest(TYPING)) return;
  const list = document.querySelector("[data-keys]");
  if (list && reached(list, active) && (event.key === "j" || event.key === "k")) {
    step(list, event.key === "j" ? 1 : -1);
    event.preventDefault();
  }
  const form = document.querySelector("[data-decisions]");
  if (form && reached(form, active) && /^[0-9a-z]$/.test(event.key)) {
    const named = form.querySelector(`[data-key="${event.key}"]`);
    const chosen = named ?? form.querySelectorAll("button[name=decision]")[Number(event.key) - 1];
    if (!chosen) return;
    chosen.focus();
    event.preventDefault();
  }
}

export function startKeys(scope) {
  if (!scope.querySelector("[data-keys], [data-decisions]")) return;
  for (const hint of scope.querySelectorAll("[data-keys-hint]")) hint.hidden = false;
  document.addEventListener("keydown", onKey);
}
