// Forms inside [data-keep-files]: sent by script, so that an answer with errors does not lose the
// chosen files, which no page can put back. Nothing is kept anywhere: they move from one form to the
// next in the same window. Without a script the form is sent as ever.

import { initAll } from "govuk-frontend";

function moveFiles(from, to) {
  for (const old of from.querySelectorAll("input[type=file]")) {
    const same = to.querySelector(`input[type=file][name="${old.name}"]`);
    if (same && old.files.length) same.files = old.files;
  }
}

function show(page, form) {
  const main = document.getElementById("main-content");
  const fresh = page.getElementById("main-content");
  moveFiles(form, fresh);
  document.title = page.title;
  main.replaceChildren(...fresh.childNodes);
  initAll({ scope: main });
  scrollTo(0, 0);
  if (main.querySelector(".govuk-error-summary")) return;
  main.tabIndex = -1;
  main.focus();
}

async function send(event) {
  const form = event.target;
  if (!form.matches("[data-keep-files] form")) return;
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected || !page.getElementById("main-content")) location.assign(answer.url);
    else show(page, form);
  } catch {
    // The line broke: send as a browser does, which says so and offers to try again.
    form.submit();
  } finally {
    if (button) button.disabled = false;
  }
}

export function startFiles(scope) {
  scope.addEventListener("submit", send);
}
