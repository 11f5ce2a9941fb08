// One pattern: how often, since when, where it is hidden, and what people said of it.
import { h, put, copy, announce } from "./dom.js";
import { ask, askOrNone } from "./api.js";
import { rangeOf, rangePicker, section, load, facts, badges, empty, traceTable, table, cell, number, problemPanel,
  traceLink } from "./parts.js";
import { bars } from "./chart.js";
import { chainGraph, wayOf, plainWay } from "./graph.js";
import { count, percent, perMinute, ago, clock } from "./format.js";
import { chip, kindWords, classWords, trendWords } from "./words.js";
import { wholeName, serviceName, edgeName, encoded, name } from "./names.js";

export const title = "Pattern";

const stepsMax = 240;
const examplesMax = 10;

function historyQuery(range) {
  const minutes = Math.max(1, Math.ceil(range.milliseconds / 60000 / stepsMax));
  return { from: range.from, to: range.to, step: minutes * 60e9 };
}

export async function show(ctx) {
  const fingerprint = ctx.parts[1] ?? "";
  const range = rangeOf(ctx);
  await load(ctx, ctx.root, () => ask(`patterns/${encodeURIComponent(fingerprint)}`, historyQuery(
  range), { signal: ctx.signal }), (item) => page(ctx, item, range));
}

function page(ctx, item, range) {
  ctx.title("Pattern");
  const graph = h("div", { class: "graph-box", tabindex: "0", role: "group", "aria-label": "Call graph" });
  drawGraph(ctx, item, graph);
  const total = item.counts.masked + item.counts.degraded + item.counts.suspect;
  const latest = item.exampleTraces?.find((each) => each.kept) ?? item.exampleTraces?.[0];
  return [
    h("div", { class: "view-head" }, h("div", {},
        h("p", { class: "crumbs" }, h("a", { href: "#/patterns" }, "Patterns"), " / ", h("code", {}, item
          .fingerprint), " ",
          h("button", { type: "button", class: "quiet small", onclick: (event) => copy(item.fingerprint, event
              .currentTarget) }, "copy")),
        h("h1", { class: "long" }, headline(item)),
        h("p", { class: "line" }, chip(item.verdict), h("span", {}, kindWords(item.kind)), badges(item))),
      latest && h("a", { class: "button primary", href: traceLink(latest.traceId) }, "Latest trace")),
    section("Where it is hidden", { class: "wide" }, graph),
    h("div", { class: "two" },
      section("How often", { note: range.words, actions: rangePicker(ctx) },
        item.history ? bars(item.history.counts, { width: 640, height: 170, axes: true, from: Date.parse(item.history
            .from), step: item.history.stepNanoseconds / 1e6,
          label: `${count(item.history.counts.reduce((a, b) => a + b, 0))} in ${range.words}` }) :
        empty("No history"),
        facts([
          ["In all", count(total)],
          ["Now", perMinute(item.ratePerMinute), trendWords[item.trend]],
          ["Share of traffic", percent(item.share), "of the route, last hour"],
          ["First seen", h("time", { title: item.firstSeen }, ago(item.firstSeen))],
          ["Last seen", h("time", { title: item.lastSeen }, ago(item.lastSeen))],
        ])),
      section("What people say of it", {}, feedback(ctx, item))),
    section("Example traces", { note: "kept ones can be read whole" },
      item.exampleTraces?.length ? traceTable("Example traces",
        item.exampleTraces.slice(0, examplesMax)) : empty("No example is left",
        "Its traces have left the memory and none was kept.")),
    h("div", { class: "two" },
      section("Routes that show it", {}, item.routes?.length ? table("Routes that show it", ["Route",
      { text: "Traces", kind: "number" }], item.routes.map((each) =>
        h("tr", {}, cell(h("a", { href: `#/route?service=${encoded(each.service)}&route=${encoded(each.route)}` },
          edgeName(each))), number(count(each.count))))) : empty("No route is known")),
      section("Services on its way", {}, item.services?.length ? h("ul", { class: "tags" }, item.services.map((
        each) =>
        h("li", {}, serviceName(typeof each === "string" ? each : each.service)))) : empty("No service is known"))),
  ];
}

function headline(item) {
  const origin = [serviceName(item.origin?.service), " ", wholeName(item.origin?.operation, 90),
    ` (${classWords(item.origin?.class)})`
  ];
  if (!item.maskPoint) return ["Hidden failure of ", origin];
  if (item.kind === "slow") return [serviceName(item.maskPoint.service), " ", wholeName(item.maskPoint.operation, 90),
    " answers too late"
  ];
  const verb = item.verdict === "degraded" ? " stands in for " : item.verdict === "suspect" ? " may hide failures of " :
    " swallows failures of ";
  return [serviceName(item.maskPoint.service), " ", wholeName(item.maskPoint.operation, 90), verb, origin];
}

/** First the plain way, then that of a real trace as soon as one is there. */
async function drawGraph(ctx, item, container) {
  const vertical = innerWidth < 760;
  put(container, chainGraph(plainWay(item.edge, item), { vertical }));
  const ids = [...(item.examples?.latest ?? []), ...(item.examples?.first ?? [])].slice(0, 2);
  for (const id of ids) {
    try {
      const document = await askOrNone(`traces/${id}`, {}, { signal: ctx.signal });
      const chain = document?.verdict.chains.find((each) => each.kind === item.kind && each.origin);
      if (!chain || document.spans.length === 0) continue;
      put(container, chainGraph(wayOf(document, chain), { vertical }));
      return;
    } catch (problem) {
      if (ctx.signal.aborted) return;
      put(container, chainGraph(plainWay(item.edge, item), { vertical }), problemPanel(problem));
      return;
    }
  }
}

function feedback(ctx, item) {
  const now = item.feedback;
  const by = h("input", { id: "by", type: "text", autocomplete: "name", required: true, maxlength: "80" });
  const note = h("input", { id: "note", type: "text", maxlength: "400" });
  try { by.value = localStorage.getItem("unmask-name") ?? ""; } catch { by.value = ""; }
  const said = h("div", { role: "status" });
  const send = async (mark) => {
    if (!by.value.trim()) { by.focus();
      put(said, h("p", { class: "note" }, "Who says so?")); return; }
    try {
      try { localStorage.setItem("unmask-name", by.value.trim()); } catch { /* only a convenience */ }
      const stored = await ask("feedback", {}, { method: "POST", body: { fingerprint: item.fingerprint, mark, by: by
            .value.trim(), note: note.value.trim() } });
      item.feedback = mark === "none" ? null : stored;
      announce(`Marked as ${mark}`);
      ctx.again();
    } catch (problem) {
      put(said, problemPanel(problem));
    }
  };
  return h("form", { class: "feedback", onsubmit: (event) => event.preventDefault() },
    now && now.mark !== "none" ?
    h("p", {}, "Marked ", h("strong", {}, now.mark), " by ", name(now.by, 80), `, ${clock(now.at)}`, now.note && [
      ": ", name(now.note, 400)
    ]) :
    h("p", { class: "note" },
      "A mark is a rule from the next trace on: expected ones are no failures any more, and what is real is ",
      "masked even where signs are weak."),
    h("div", { class: "pair" },
      h("div", { class: "field" }, h("label", { for: "by" }, "Your name"), by),
      h("div", { class: "field" }, h("label", { for: "note" }, "Why"), note)),
    h("p", { class: "actions" },
      h("button", { type: "button", onclick: () => send("expected") }, "This is expected"),
      h("button", { type: "button", onclick: () => send("real") }, "This is real"),
      now && now.mark !== "none" && h("button", { type: "button", class: "quiet", onclick: () => send("none") },
        "Take the mark back")),
    said);
}
