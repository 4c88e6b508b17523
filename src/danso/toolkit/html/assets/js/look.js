// Colours, letters and numbers for drawings; the same palette as sass/_brand.scss.

export const INK = "#1f1b18";
export const SOFT = "#5a534c";
export const LINE = "#e4dacb";
export const NODATA = "#ebe4d9";
export const SERIES = ["#0b5d5e", "#b07d12", "#7c1a1a", "#1d4f8c", "#553a7d", "#4b7f52"];
export const RAMP = ["#e1efee", "#9fcbc8", "#4e9c9a", "#0b5d5e", "#06383a"];
export const TEXT = { fontFamily: "'Be Vietnam Pro', 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif", fontSize: 12 };

const numbers = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-GB" : "vi-VN", {
  maximumFractionDigits: 2,
});

export function figure(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = numbers.format(value);
  if (!unit) return text;
  return unit === "%" ? `${text}%` : `${text} ${unit}`;
}
