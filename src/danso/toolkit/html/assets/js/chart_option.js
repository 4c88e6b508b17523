// From our small description of a chart to an ECharts option: lines, bars, columns, stacks, rings.

import { INK, LINE, SERIES, SOFT, TEXT, figure } from "./look.js";

const BUILDERS = { line: upright, column: upright, stack: upright, bar: lying, ring };

export function chartOption(data) {
  return { ...common(data), ...BUILDERS[data.kind](data) };
}

function common(data) {
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    animationDurationUpdate: 300,
    color: SERIES,
    textStyle: TEXT,
    // The table beside it is what a screen reader gets; ECharts would describe it in English.
    aria: { enabled: true, label: { enabled: false }, decal: { show: data.series.length > 1 && data.kind !== "line" } },
    tooltip: {
      trigger: data.kind === "ring" ? "item" : "axis",
      renderMode: "richText",
      confine: true,
      textStyle: { ...TEXT, color: INK },
      valueFormatter: (value) => figure(value, data.unit),
    },
    legend: data.series.length > 1 ? legend() : { show: false },
  };
}

function legend() {
  return { bottom: 0, icon: "roundRect", itemHeight: 10, itemWidth: 14, textStyle: { ...TEXT, color: INK } };
}

function grid(data) {
  return { left: 8, right: 18, top: data.kind === "bar" && data.target !== null ? 26 : 16, bottom: data.series.length > 1 ? 34 : 6, containLabel: true };
}

function valueAxis(data) {
  return {
    type: "value",
    min: data.from ?? undefined,
    splitNumber: 4,
    splitLine: { lineStyle: { color: LINE } },
    axisLabel: { ...TEXT, color: SOFT, formatter: (value) => figure(value, "") },
  };
}

function nameAxis(data, extra) {
  return {
    type: "category",
    data: data.labels,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: LINE } },
    axisLabel: { ...TEXT, color: SOFT, hideOverlap: true, margin: 11 },
    ...extra,
  };
}

function target(data) {
  if (data.target === null) return undefined;
  const along = data.kind === "bar" ? "xAxis" : "yAxis";
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: INK, type: "dashed" },
    label: { ...TEXT, color: INK, formatter: `${data.target_label} ${figure(data.target, data.unit)}`, position: data.kind === "bar" ? "start" : "insideEndTop" },
    data: [{ [along]: data.target }],
  };
}

function upright(data) {
  const line = data.kind === "line";
  return {
    grid: grid(data),
    xAxis: nameAxis(data, { boundaryGap: !line }),
    yAxis: valueAxis(data),
    series: data.series.map((one, index) => ({
      name: one.name,
      type: line ? "line" : "bar",
      stack: data.kind === "stack" ? "all" : undefined,
      data: one.values,
      barMaxWidth: 36,
      symbolSize: 6,
      showSymbol: data.labels.length <= 24,
      connectNulls: false,
      lineStyle: { width: 2.5, type: ["solid", "dashed", "dotted"][index % 3] },
      markLine: index === 0 ? target(data) : undefined,
    })),
  };
}

function lying(data) {
  return {
    grid: grid(data),
    xAxis: valueAxis(data),
    yAxis: nameAxis(data, { inverse: true }),
    series: data.series.map((one, index) => ({
      name: one.name,
      type: "bar",
      data: one.values,
      barMaxWidth: 22,
      markLine: index === 0 ? target(data) : undefined,
    })),
  };
}

// The legend says name and share: labels round a ring run into each other on a phone.
function ring(data) {
  const values = data.series[0].values;
  const total = values.reduce((sum, value) => sum + (value ?? 0), 0);
  const share = new Map(data.labels.map((name, index) => [name, total ? ((values[index] ?? 0) * 100) / total : 0]));
  return {
    legend: { ...legend(), orient: "vertical", bottom: 0, left: "center", formatter: (name) => `${name}: ${figure(share.get(name), "%")}` },
    series: [{
      type: "pie",
      radius: ["44%", "68%"],
      center: ["50%", `${Math.max(30, 46 - 4 * data.labels.length)}%`],
      label: { show: false },
      itemStyle: { borderColor: "#fff", borderWidth: 2 },
      data: data.labels.map((name, index) => ({ name, value: values[index] })),
    }],
  };
}
