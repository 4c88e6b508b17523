// A map of areas shaded by one figure. Joined by the code in each shape's properties, never by name.

import { INK, NODATA, RAMP, SOFT, TEXT, figure } from "./look.js";

export function mapOption(data) {
  const known = data.areas.filter((area) => area.value !== null);
  const values = known.map((area) => area.value);
  return {
    textStyle: TEXT,
    tooltip: {
      trigger: "item",
      renderMode: "richText",
      confine: true,
      textStyle: { ...TEXT, color: INK },
      formatter: ({ name }) => tip(data, name),
    },
    visualMap: {
      type: "piecewise",
      pieces: classes(values, data.unit),
      selectedMode: false,
      left: 0,
      bottom: 0,
      itemWidth: 16,
      itemHeight: 12,
      itemGap: 5,
      textStyle: { ...TEXT, color: SOFT },
      outOfRange: { color: NODATA },
    },
    series: [{
      type: "map",
      map: data.shapes,
      nameProperty: data.key,
      roam: false,
      aspectScale: 0.94,
      preserveAspect: "contain",
      top: 6,
      bottom: 6,
      left: 6,
      right: 6,
      selectedMode: false,
      label: { show: false },
      itemStyle: { areaColor: NODATA, borderColor: "#fff", borderWidth: 0.7 },
      emphasis: { label: { show: false }, itemStyle: { areaColor: "#e0ac3c", borderColor: INK } },
      data: known.map((area) => ({ name: area.code, value: area.value })),
    }],
  };
}

// Five classes with as many areas in each: one large town must not leave all the others pale.
function classes(values, unit) {
  const sorted = [...values].sort((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  if (distinct.length <= RAMP.length) {
    const colours = distinct.length < 2 ? [RAMP[2]] : distinct.map((_, at) => RAMP[Math.round((at * (RAMP.length - 1)) / (distinct.length - 1))]);
    return distinct.map((value, at) => ({ value, color: colours[at], label: figure(value, unit) }));
  }
  const starts = RAMP.map((_, at) => sorted[Math.floor((at * sorted.length) / RAMP.length)]);
  return RAMP.flatMap((color, at) => {
    const from = starts[at];
    const next = starts[at + 1];
    if (from === next) return [];
    const inside = sorted.filter((value) => value >= from && (next === undefined || value < next));
    const last = inside[inside.length - 1];
    const label = from === last ? figure(from, unit) : `${figure(from, "")} – ${figure(last, unit)}`;
    return [{ gte: from, ...(next === undefined ? {} : { lt: next }), color, label }];
  });
}

function tip(data, code) {
  const area = data.areas.find((one) => one.code === code);
  if (!area) return code;
  return `${area.name}\n${area.value === null ? data.no_data : figure(area.value, data.unit)}`;
}
