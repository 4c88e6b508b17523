// What every page loads: GOV.UK components, htmx without eval, live parts, and charts when a page has any.

import { initAll } from "govuk-frontend";
import htmx from "htmx.org";
import { startDevice } from "./device.js";
import { startFiles } from "./files.js";
import { startKeys } from "./keys.js";
import { startLiveParts } from "./live.js";

// The content security policy forbids eval and inline styles; a page of a person must not stay in
// the browser's storage, so htmx keeps no history; settling would undo what drawing a figure sets.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  attributesToSettle: [],
  historyEnabled: false,
  historyCacheSize: 0,
});

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
startLiveParts(document);
startKeys(document);
startDevice(document);
startFiles(document);

// On a phone long parts begin folded; without scripts they are open.
if (matchMedia("(max-width: 40em)").matches) {
  const asked = new URLSearchParams(location.search);
  for (const part of document.querySelectorAll("details[data-fold]")) {
    part.open = part.dataset.fold.split(" ").some((name) => asked.has(name));
  }
}

// A frame that does not scroll needs no stop of the keyboard.
function fitFrames(scope) {
  for (const frame of scope.querySelectorAll(".danso-table-frame, .danso-verbatim")) {
    const scrolls = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
    frame.tabIndex = scrolls ? 0 : -1;
  }
}

fitFrames(document);
window.addEventListener("resize", () => fitFrames(document));
document.addEventListener("toggle", (event) => fitFrames(event.target), true);

const chartsUrl = document.querySelector("meta[name='danso-charts']")?.content;
let charts = null;

async function drawCharts(scope) {
  if (!chartsUrl || !scope.querySelector("[data-chart]")) return;
  charts ??= import(chartsUrl);
  (await charts).draw(scope);
}

drawCharts(document);
// At afterSwap, not afterSettle: a figure must stand again before the browser paints.
document.body.addEventListener("htmx:afterSwap", (event) => {
  drawCharts(event.detail.target);
  fitFrames(event.detail.target);
});
