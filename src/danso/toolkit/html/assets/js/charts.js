// Charts and the map, drawn by ECharts on a canvas from the JSON block beside each figure.
//
// Under our policy no style attribute may come from markup, so tooltips are drawn on the canvas
// (richText) and never as HTML.

import * as echarts from "echarts/core";
import { BarChart, LineChart, MapChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  GeoComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { chartOption } from "./chart_option.js";
import { mapOption } from "./map_option.js";

echarts.use([
  BarChart, LineChart, MapChart, PieChart, AriaComponent, GeoComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

const shapes = new Map();
// Figures whose table the reader has opened: a live part must not close it at the next beat.
const opened = new Set();
document.addEventListener("toggle", ({ target }) => {
  const figure = target.closest?.(".danso-figure--drawn");
  if (figure) opened[target.open ? "add" : "delete"](figure.id);
}, true);

export function draw(scope) {
  scope.querySelectorAll("[data-chart]").forEach(drawOne);
}

async function drawOne(figure) {
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const canvas = figure.querySelector("[data-chart-canvas]");
  try {
    const option = data.kind === "map" ? await withShapes(data) : chartOption(data);
    figure.classList.add("danso-figure--drawn");
    const fresh = !echarts.getInstanceByDom(canvas);
    const chart = echarts.getInstanceByDom(canvas) ?? echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(option, { notMerge: fresh });
    if (fresh) {
      new ResizeObserver(() => chart.resize()).observe(canvas);
      followLinks(chart, canvas);
    }
    canvas.danso = data;
    figure.querySelector("details").open = opened.has(figure.id);
  } catch (error) {
    // The table stays: the reader loses the drawing, never the figures.
    figure.classList.remove("danso-figure--drawn");
    console.warn("chart not drawn", data.id, error);
  }
}

async function withShapes(data) {
  if (!shapes.has(data.shapes)) {
    shapes.set(data.shapes, fetch(data.shapes, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`shapes: ${answer.status}`);
      return answer.json();
    }));
  }
  echarts.registerMap(data.shapes, await shapes.get(data.shapes));
  return mapOption(data);
}

function followLinks(chart, canvas) {
  chart.on("click", (event) => {
    const href = canvas.danso?.links?.[event.name];
    if (href) location.assign(href);
  });
}
