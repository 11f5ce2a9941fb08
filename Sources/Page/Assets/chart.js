// Small charts, drawn by hand. Each is an image with a sentence for those who don't see it.
import { s, h } from "./dom.js";
import { percent, points, tick, count } from "./format.js";

const line = (xs, ys) => {
  let text = "";
  let pen = false;
  ys.forEach((y, index) => {
    if (y === null) { pen = false; return; }
    text += `${pen ? "L" : "M"}${xs(index).toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  });
  return text;
};

/** Runs of points where both rates are known. */
function runs(series) {
  const all = [];
  let run = null;
  series.apparentRate.forEach((apparent, index) => {
    const real = series.realRate[index];
    if (apparent === null || real === null || apparent === undefined || real === undefined) { run = null; return; }
    if (!run) all.push(run = []);
    run.push(index);
  });
  return all;
}

/** The lowest rate that the axis has to show: a round figure below the worst point. */
export function floorOf(list) {
  let worst = 1;
  for (const series of list) for (const rate of series.realRate) if (rate !== null && rate < worst) worst = rate;
  return [0.999, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5].find((each) => worst >= each) ?? 0;
}

/** What dashboards see, what is real, and the area between. */
export function gapChart(series, { width = 320, height = 72, floor, label, axes = false } = {}) {
  const total = series.apparentRate.length;
  const low = floor ?? floorOf([series]);
  const [left, right, top, bottom] = axes ? [54, 8, 8, 20] : [0, 0, 3, 3];
  const x = (index) => left + (total < 2 ? 0 : (index / (total - 1)) * (width - left - right));
  const y = (rate) => rate === null || rate === undefined ? null
    : top + (1 - Math.max(0, rate - low) / (1 - low)) * (height - top - bottom);
  const areas = runs(series).map((run) => {
    const above = run.map((index) => `${x(index).toFixed(1)} ${y(series.apparentRate[index]).toFixed(1)}`);
    const below = run.map((index) => `${x(index).toFixed(1)} ${y(series.realRate[index]).toFixed(1)}`).reverse();
    return s("path", { class: "gap", d: `M${above.join("L")}L${below.join("L")}Z` });
  });
  return s("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": label ?? sentence(series), preserveAspectRatio: axes ? null : "none" },
    axes && frame(series, { width, height, left, right, top, bottom, low, x, y }),
    areas,
    s("path", { class: "apparent", d: line(x, series.apparentRate.map(y)) }),
    s("path", { class: "real", d: line(x, series.realRate.map(y)) }));
}

function sentence(series) {
  const last = series.apparentRate.length - 1;
  return `Apparent ${percent(series.apparentRate[last])}, real ${percent(series.realRate[last])} at the end`;
}

function frame(series, { width, height, left, right, top, bottom, low, x, y }) {
  const rates = [1, 1 - (1 - low) / 2, low];
  const from = Date.parse(series.from);
  const step = series.stepNanoseconds / 1e6;
  const total = series.apparentRate.length;
  const wide = step * total > 20 * 3600e3;
  const marks = width < 500 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  return s("g", { class: "axis" },
    rates.map((rate) => [
      s("line", { x1: left, x2: width - right, y1: y(rate), y2: y(rate) }),
      s("text", { x: left - 6, y: y(rate) + 4, "text-anchor": "end" }, percent(rate)),
    ]),
    marks.map((part) => s("text", {
      x: x(part * (total - 1)), y: height - 4, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle",
    }, tick(from + part * (total - 1) * step, wide))));
}

/** Counts for each step, as bars. */
export function bars(counts, { width = 160, height = 28, label, from, step, axes = false } = {}) {
  const most = Math.max(1, ...counts);
  const [left, bottom, top] = axes ? [44, 20, 10] : [0, 0, 1];
  const each = (width - left) / Math.max(1, counts.length);
  const room = height - bottom - top;
  const size = (value) => value === 0 ? 0 : Math.max(1.5, (value / most) * room);
  let path = "";
  counts.forEach((value, index) => {
    if (!value) return;
    const at = left + index * each;
    path += `M${at.toFixed(2)} ${height - bottom}v${-size(value).toFixed(2)}h${Math.max(0.8, each * 0.8).toFixed(2)}V${height - bottom}Z`;
  });
  const sum = counts.reduce((one, two) => one + two, 0);
  return s("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart bars", role: "img", "aria-label": label ?? `${count(sum)} in all, at most ${count(most)} in one step`, preserveAspectRatio: axes ? null : "none" },
    axes && s("g", { class: "axis" },
      [0, most].map((value) => [
        s("line", { x1: left, x2: width, y1: height - bottom - size(value), y2: height - bottom - size(value) }),
        s("text", { x: left - 6, y: height - bottom - size(value) + 4, "text-anchor": "end" }, count(value)),
      ]),
      [0, 0.5, 1].map((part) => s("text", {
        x: left + part * (width - left), y: height - 4,
        "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle",
      }, tick(from + part * counts.length * step, step * counts.length > 20 * 3600e3)))),
    !axes && s("line", { class: "base", x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5 }),
    s("path", { class: "bar", d: path }));
}

export const legend = () => h("p", { class: "legend" },
  h("span", { class: "key apparent" }), "what dashboards see",
  h("span", { class: "key real" }), "what is real",
  h("span", { class: "key gap" }), "the gap: masked failures");

export const gapWords = (gap) => gap === null || gap === undefined ? "no traffic" : gap <= 0 ? "no gap" : points(gap);
