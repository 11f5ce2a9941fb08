// Search: traces by what is known of them. All of it lives in the address.
import { h, put } from "./dom.js";
import { ask } from "./api.js";
import { field, filterForm, load, empty, story, problemPanel, traceLink, patternLink, badges, rangeOf } from "./parts.js";
import { windowed } from "./rows.js";
import { chip, kindWords, kindNames } from "./words.js";
import { duration, ago, count, clock } from "./format.js";
import { edgeName } from "./names.js";

export const title = "Traces";

const pageMax = 200;
const keys = ["text", "verdict", "kind", "service", "route", "mask-service", "origin-service", "class", "attribute", "fingerprint", "min-duration", "sort"];
const verdicts = [["", "anything but clean"], ["masked", "masked"], ["degraded", "degraded"], ["suspect", "suspect"], ["masked,degraded,suspect", "masked, degraded or suspect"],
  ["failed", "failed"], ["recovered", "recovered"], ["refused", "refused"], ["aborted", "aborted"], ["undetermined", "undetermined"], ["clean", "clean"]];
const sorts = [["", "newest"], ["oldest", "oldest"], ["longest", "longest"], ["shortest", "shortest"]];
const lengths = [["", "any length"], ["100000000", "100 ms and more"], ["1000000000", "1 s and more"], ["5000000000", "5 s and more"]];
const times = [["", "any time"], ["1h", "the last hour"], ["6h", "the last six hours"], ["24h", "the last day"], ["7d", "the last week"]];

function queryOf(ctx) {
  const picked = {};
  for (const key of keys) picked[key] = ctx.query[key];
  if (ctx.query.range) picked.from = rangeOf(ctx).from;
  return picked;
}

export async function show(ctx) {
  const list = h("div", { class: "card flush" });
  const patterns = h("div", {});
  const filters = filterForm(ctx,
    field(ctx, "text", "Text"), field(ctx, "verdict", "Verdict", verdicts),
    field(ctx, "kind", "Kind", [["", "any kind"], ...kindNames.map((each) => [each, kindWords(each)])]),
    field(ctx, "service", "Edge service"), field(ctx, "route", "Route"), field(ctx, "mask-service", "Swallowed by"), field(ctx, "origin-service", "Began in"),
    field(ctx, "attribute", "Attribute (key:value)"), field(ctx, "min-duration", "Length", lengths), field(ctx, "range", "Time", times), field(ctx, "sort", "Sort", sorts));
  put(ctx.root, h("div", { class: "view-head" }, h("h1", {}, ctx.query.text ? "Search" : "Traces"),
    Object.keys(ctx.query).length > 0 && h("a", { href: "#/traces" }, "Without filters")), filters, patterns, list);
  if (ctx.query.text) document.getElementById("query").value = ctx.query.text;
  await Promise.all([
    ctx.query.text ? found(ctx, patterns) : null,
    load(ctx, list, () => ask("traces", { ...queryOf(ctx), limit: pageMax }, { signal: ctx.signal }), (first) => rowsOf(ctx, first)),
  ]);
}

/** Patterns that fit the text stand above the traces: they say the same in fewer lines. */
function found(ctx, container) {
  return load(ctx, container, () => ask("patterns", { text: ctx.query.text, limit: 5 }, { signal: ctx.signal }), ({ items }) =>
    items.length === 0 ? [] : h("section", { class: "card", "aria-label": "Patterns that fit" }, h("header", { class: "card-head" }, h("h2", {}, "Patterns that fit")),
      h("ul", { class: "plain-list" }, items.map((each) => h("li", {}, h("a", { href: patternLink(each.fingerprint) }, chip(each.verdict), " ", story(each, 60)), badges(each))))));
}

function rowsOf(ctx, first) {
  const items = [...first.items];
  let cursor = first.nextCursor;
  let isAsking = false;
  if (items.length === 0) {
    return empty("No trace fits", "Clean traces are listed only where they are asked for. ", h("a", { href: "#/traces?verdict=clean" }, "Show clean ones"));
  }
  const heading = h("p", { class: "list-count", role: "status" });
  const say = () => { heading.textContent = `${count(items.length)}${cursor ? " and more" : ""} traces`; };
  const narrow = innerWidth < 900;
  const list = windowed({
    height: narrow ? 116 : 46, total: items.length, label: "Traces", draw: (index) => row(items[index]), near, className: narrow ? "narrow" : "trace-rows",
    heads: narrow ? null : [{ text: "Trace" }, { text: "Edge" }, { text: "What happened" }, { text: "Length", kind: "number" }, { text: "Spans", kind: "number" }, { text: "Seen", kind: "number" }],
  });
  ctx.atEnd(list.end);
  async function near() {
    if (!cursor || isAsking) return;
    isAsking = true;
    try {
      const next = await ask("traces", { ...queryOf(ctx), limit: pageMax, cursor }, { signal: ctx.signal });
      cursor = next.nextCursor;
      items.push(...next.items);
      list.resize(items.length);
      say();
      isAsking = false;
    } catch (problem) {
      if (!ctx.signal.aborted) put(heading, problemPanel(problem, () => { isAsking = false; near(); }));
    }
  }
  say();
  return [heading, list.root];
}

export function row(item) {
  return h("div", { class: "window-row", role: "row" },
    h("div", { role: "cell", class: "id-cell" }, h("a", { class: "mono", href: traceLink(item.traceId) }, item.traceId.slice(0, 8)), " ", chip(item.verdict)),
    h("div", { role: "cell", class: "edge-cell" }, edgeName(item.edge, 60)),
    h("div", { role: "cell", class: "main-cell" }, item.origin || item.maskPoint ? story(item, 44) : h("span", { class: "dim" }, "\u2013"), " ", item.kind && h("small", {}, kindWords(item.kind))),
    h("div", { role: "cell", class: "number" }, duration(item.duration)),
    h("div", { role: "cell", class: "number spans-cell" }, count(item.spanCount)),
    h("div", { role: "cell", class: "number" }, h("time", { title: clock(item.startTime) }, ago(item.decidedAt))));
}
