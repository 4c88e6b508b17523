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
      show: values.length > 0,
      type: "continuous",
      min: Math.min(0, ...values),
      max: Math.max(1, ...values),
      calculable: false,
      orient: "horizontal",
      left: 0,
      bottom: 0,
      itemWidth: 12,
      itemHeight: 130,
      inRange: { color: RAMP },
      text: [figure(Math.max(...values, 0), data.unit), figure(Math.min(...values, 0), "")],
      textStyle: { ...TEXT, color: SOFT },
    },
    series: [{
      type: "map",
      map: data.shapes,
      nameProperty: data.key,
      roam: false,
      aspectScale: 0.94,
      preserveAspect: "contain",
      top: 6,
      bottom: 34,
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

function tip(data, code) {
  const area = data.areas.find((one) => one.code === code);
  if (!area) return code;
  return `${area.name}\n${area.value === null ? data.no_data : figure(area.value, data.unit)}`;
}
