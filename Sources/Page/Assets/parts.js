// Parts that every view uses.
import { h, put } from "./dom.js";
import { ApiProblem } from "./api.js";
import { rfc, ago } from "./format.js";
import { chip, kindWords, classWords } from "./words.js";
import { place, edgeName, cut } from "./names.js";

export const section = (title, options, ...children) =>
  h("section", { class: `card ${options?.class ?? ""}`, "aria-label": title },
    h("header", { class: "card-head" }, h("h2", {}, title), options?.note && h("p", { class: "note" }, options.note),
      options?.actions),
    children);

export const facts = (list, className = "") =>
  h("dl", { class: `facts ${className}` },
    list.filter(Boolean).map(([term, value, note]) =>
      h("div", {}, h("dt", {}, term), h("dd", {}, value, note && h("small", {}, note)))));

export const empty = (title, ...text) =>
  h("div", { class: "empty" }, h("strong", {}, title), text.length > 0 && h("p", {}, text));

export const loading = (what = "Loading") => h("p", { class: "loading" }, what);

export function problemPanel(problem, again) {
  const known = problem instanceof ApiProblem;
  if (!known) console.error(problem);
  return h("div", { class: "problem", role: "alert" },
    h("strong", {}, known ? problem.title : "The page could not show this"),
    h("p", {}, cut(known ? problem.detail : String(problem), 400)),
    again && h("button", { type: "button", onclick: again }, "Try again"));
}

/** Asks, and shows what came: first that it loads, at the end a result or what is wrong, with a way to try again. */
export async function load(ctx, container, ask, draw, { quiet = false } = {}) {
  if (!quiet) put(container, loading());
  try {
    const answer = await ask();
    if (ctx.signal.aborted) return;
    put(container, draw(answer));
    ctx.well();
  } catch (problem) {
    if (ctx.signal.aborted || problem.name === "AbortError") return;
    // What is on the screen stays readable while the collector is away.
    if (quiet && problem.status === 0) ctx.unwell();
    else put(container, problemPanel(problem, () => load(ctx, container, ask, draw)));
  }
}

const ranges = { "1h": 3600e3, "6h": 6 * 3600e3, "24h": 24 * 3600e3, "7d": 7 * 86400e3 };
const rangeWords = { "1h": "the last hour", "6h": "the last six hours", "24h": "the last day", "7d": "the last week" };

export function rangeOf(ctx) {
  const key = ranges[ctx.query.range] ? ctx.query.range : "1h";
  const to = Date.now();
  return { key, from: rfc(to - ranges[key]), to: rfc(to), words: rangeWords[key], milliseconds: ranges[key] };
}

export const rangePicker = (ctx) =>
  h("nav", { class: "segments", "aria-label": "Time range" }, Object.keys(ranges).map((key) =>
    h("a", { href: ctx.link({ range: key === "1h" ? null : key }), "aria-current": rangeOf(ctx).key === key ? "true" :
        null, "aria-label": rangeWords[key] }, key)));

/** A plain table; on a narrow screen it scrolls in its own box. */
export function table(label, heads, rows) {
  return h("div", { class: "scrolled", tabindex: "0", role: "group", "aria-label": label },
    h("table", {}, h("caption", { class: "away" }, label),
      h("thead", {}, h("tr", {}, heads.map((head) => {
        const { text, kind } = typeof head === "string" ? { text: head } : head;
        return h("th", { scope: "col", class: kind ?? null }, text);
      }))),
      h("tbody", {}, rows)));
}

export const number = (text) => h("td", { class: "number" }, text);
export const cell = (...children) => h("td", {}, children);

/** A field of a filter form whose value lives in the address. */
export function field(ctx, key, label, options) {
  const id = `filter-${key}`;
  const value = ctx.query[key] ?? "";
  const change = (event) => ctx.change({
    [key]: event.currentTarget.value || null });
  const input = options ?
    h("select", { id, onchange: change },
      options.map(([each, text]) => h("option", { value: each, selected: each === value }, text))) :
    h("input", { id, type: "text", value, autocomplete: "off", spellcheck: "false", onchange: change });
  return h("div", { class: "field" }, h("label", { for: id }, label), input);
}

/** Filters; on a narrow screen they are folded away until they are wanted. */
export function filterForm(ctx, ...fields) {
  const used = Object.keys(ctx.query).filter((key) => !["range", "span"].includes(key)).length;
  const form = h("form", { class: "filters", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() },
    fields);
  if (innerWidth >= 720 || fields.length < 3) return form;
  return h("details", { class: "filter-box", open: used > 0 }, h("summary", {}, used > 0 ? `Filters (${used} set)` :
    "Filters"), form);
}

export const patternLink = (fingerprint) => `#/pattern/${encodeURIComponent(fingerprint)}`;
export const traceLink = (id, span) =>
  `#/trace/${encodeURIComponent(id)}${span ? `?span=${encodeURIComponent(span)}` : ""}`;

/** What happens, in one line: who swallowed whose failure. */
export function story(item, max = 60) {
  const origin = item.origin && [place(item.origin, max), " ", h("span", { class: "dim" },
    `(${classWords(item.origin.class)})`)];
  if (!item.maskPoint) return h("span", { class: "story" }, origin ?? kindWords(item.kind));
  if (!item.origin) return h("span", { class: "story" }, place(item.maskPoint, max));
  if (item.kind === "slow") return h("span", { class: "story" }, h("strong", {}, place(item.maskPoint, max)),
    " answered too late");
  const verb = item.verdict === "degraded" ? "stood in for" : item.verdict === "suspect" ? "may hide" : "swallowed";
  return h("span", { class: "story" }, h("strong", {}, place(item.maskPoint, max)), ` ${verb} `, origin);
}

export function badges(item) {
  const mark = item.feedback?.mark;
  return h("span", { class: "badges" },
    item.isNew && h("span", { class: "badge new" }, "new"),
    item.isChronic && h("span", { class: "badge" }, "chronic"),
    mark && mark !== "none" && h("span", { class: "badge" }, `marked ${mark}`),
    item.alias && h("span", { class: "badge" }, cut(item.alias, 40)));
}

export function traceRow(row) {
  return h("tr", {},
    cell(h("a", { href: traceLink(row.traceId), class: "mono" }, row.traceId.slice(0, 8)), " ", chip(row.verdict)),
    cell(edgeName(row.edge, 60)), cell(row.verdict === "clean" ? "" : story(row, 50)),
    h("td", { class: "number" }, h("time", { datetime: row.startTime, title: row.startTime }, ago(row.decidedAt ?? row
      .startTime))));
}

export const traceTable = (label, rows) =>
  table(label, ["Trace", "Edge", "What happened", { text: "Seen", kind: "number" }], rows.map(traceRow));

export const sum = (list, pick) => list.reduce((total, each) => total + (pick(each) ?? 0), 0);
