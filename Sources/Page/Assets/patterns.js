// All patterns, with filters that live in the address.
import { h, put } from "./dom.js";
import { ask } from "./api.js";
import { field, filterForm, load, empty, story, badges, patternLink, problemPanel } from "./parts.js";
import { windowed } from "./rows.js";
import { bars } from "./chart.js";
import { perMinute, percent, ago, count, rfc } from "./format.js";
import { chip, kindWords, kindNames, trendWords } from "./words.js";
import { edgeName } from "./names.js";

export const title = "Patterns";

const pageMax = 500;
const sorts = [["", "worst first"], ["rate", "rate"], ["count", "count"], ["recent", "recent"], ["new", "newest"], ["share", "share of traffic"]];
const verdicts = [["", "any verdict"], ["masked", "masked"], ["degraded", "degraded"], ["suspect", "suspect"]];

function queryOf({ query }) {
  const picked = {};
  for (const key of ["verdict", "kind", "service", "route", "mask-service", "origin-service", "class", "text", "sort"]) picked[key] = query[key];
  if (query.new) picked["new-since"] = rfc(Date.now() - 86400e3);
  if (query.chronic) picked.chronic = query.chronic;
  return picked;
}

export async function show(ctx) {
  const list = h("div", { class: "card flush" });
  const filters = filterForm(ctx,
    field(ctx, "text", "Text"), field(ctx, "verdict", "Verdict", verdicts),
    field(ctx, "kind", "Kind", [["", "any kind"], ...kindNames.map((each) => [each, kindWords(each)])]),
    field(ctx, "service", "Edge service"), field(ctx, "mask-service", "Swallowed by"), field(ctx, "origin-service", "Began in"),
    field(ctx, "new", "Age", [["", "any age"], ["1", "new since yesterday"]]),
    field(ctx, "chronic", "Chronic", [["", "any"], ["true", "chronic only"], ["false", "not chronic"]]),
    field(ctx, "sort", "Sort", sorts));
  put(ctx.root, h("div", { class: "view-head" }, h("h1", {}, "Patterns"), h("p", { class: "note" }, "failures of one kind, hidden in one place")), filters, list);
  await load(ctx, list, () => ask("patterns", { ...queryOf(ctx), limit: pageMax }, { signal: ctx.signal }), (first) => rowsOf(ctx, first));
}

function rowsOf(ctx, first) {
  const items = [...first.items];
  let cursor = first.nextCursor;
  let isAsking = false;
  if (items.length === 0) {
    return empty("No pattern fits", Object.keys(ctx.query).length > 0 ? h("a", { href: "#/patterns" }, "Without filters") : "Nothing is hidden so far.");
  }
  const heading = h("p", { class: "list-count", role: "status" });
  const say = () => { heading.textContent = `${count(items.length)}${cursor ? " and more" : ""} patterns`; };
  const narrow = innerWidth < 900;
  const list = windowed({
    height: narrow ? 128 : 58, total: items.length, label: "Patterns", draw: (index) => row(items[index]), near,
    className: narrow ? "narrow" : "pattern-rows",
    heads: narrow ? null : [{ text: "What happens" }, { text: "Edge" }, { text: "Last hour" }, { text: "Rate", kind: "number" }, { text: "Share", kind: "number" }, { text: "Last seen", kind: "number" }],
  });
  ctx.atEnd(list.end);
  async function near() {
    if (!cursor || isAsking) return;
    isAsking = true;
    try {
      const next = await ask("patterns", { ...queryOf(ctx), limit: pageMax, cursor }, { signal: ctx.signal });
      cursor = next.nextCursor;
      items.push(...next.items);
      list.resize(items.length);
      say();
    } catch (problem) {
      if (!ctx.signal.aborted) heading.replaceChildren(problemPanel(problem, () => { isAsking = false; near(); }));
      return;
    }
    isAsking = false;
  }
  say();
  return [heading, list.root];
}

function row(item) {
  return h("div", { class: "window-row", role: "row" },
    h("div", { role: "cell", class: "main-cell" }, h("a", { href: patternLink(item.fingerprint) }, chip(item.verdict), " ", story(item, 44)),
      h("small", {}, kindWords(item.kind), " ", badges(item))),
    h("div", { role: "cell", class: "edge-cell" }, edgeName(item.edge, 60)),
    h("div", { role: "cell", class: "spark-cell" }, bars(item.recent ?? [], { width: 120, height: 24 }), h("small", { class: `trend ${item.trend}` }, trendWords[item.trend])),
    h("div", { role: "cell", class: "number" }, perMinute(item.ratePerMinute)),
    h("div", { role: "cell", class: "number share-cell" }, percent(item.share)),
    h("div", { role: "cell", class: "number" }, ago(item.lastSeen)));
}
