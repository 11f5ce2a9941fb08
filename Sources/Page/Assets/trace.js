// One trace: what happened, why that is said, and every span.
import { h, put, copy } from "./dom.js";
import { askOrNone } from "./api.js";
import { section, loading, problemPanel, facts, empty, traceLink, patternLink } from "./parts.js";
import { SpanTree } from "./spans.js";
import { waterfall } from "./waterfall.js";
import { detail } from "./detail.js";
import { compare } from "./compare.js";
import { chainGraph, wayOf } from "./graph.js";
import { duration, clock, count, plural } from "./format.js";
import { chip, shape, kindWords, classWords, answerWords, stateWords, verdictMeaning } from "./words.js";
import { name, serviceName, wholeName, cut } from "./names.js";

export const title = "Trace";

const chainsMax = 5;

export async function show(ctx) {
  const id = ctx.parts[1] ?? "";
  put(ctx.root, loading());
  try {
    const document = await askOrNone(`traces/${encodeURIComponent(id)}`, {}, { signal: ctx.signal });
    if (ctx.signal.aborted) return;
    if (document) draw(ctx, id, document);
    else await perhapsPattern(ctx, id);
  } catch (problem) {
    if (!ctx.signal.aborted) put(ctx.root, problemPanel(problem, () => show(ctx)));
  }
}

/** A fingerprint looks like a trace id: whoever typed one meant the pattern. */
async function perhapsPattern(ctx, id) {
  const pattern = await askOrNone(`patterns/${encodeURIComponent(id)}`, {}, { signal: ctx.signal }).catch(() => null);
  if (pattern) { location.replace(patternLink(id)); return; }
  put(ctx.root, h("h1", {}, "Trace ", h("code", {}, cut(id, 40))),
    empty("This trace is not here", "It was never sent, or it has left the memory and was not one of those that are kept. ", h("a", { href: "#/traces" }, "Search for others")));
}

function draw(ctx, id, document) {
  const { verdict } = document;
  const tree = new SpanTree(document);
  const aside = h("div", { class: "aside", id: "aside" });
  const beside = h("div", {});
  const narrow = innerWidth < 760;
  const fall = document.spans.length === 0 ? null : waterfall(tree, { selected: ctx.query.span, narrow, onSelect: (node) => select(node) });
  ctx.title(`${verdict.verdict} trace ${id.slice(0, 8)}`);

  function select(node) {
    ctx.note({ span: node.span.spanId });
    put(aside, detail(node, tree, () => { ctx.note({ span: null }); put(aside); }));
  }

  const reveal = (spanID) => {
    const node = tree.byID.get(spanID)?.at(-1);
    if (!node || !fall) return;
    fall.show(node);
    select(node);
  };

  put(ctx.root, head(id, document, tree), stories(document, reveal),
    h("div", { class: "trace-grid" },
      section("Spans", { class: "flush", note: notes(document, tree) }, fall?.root ?? empty("The spans are gone", "The verdict is known, but names and times have left the memory.")),
      h("div", { class: "side" }, aside, section("What the route usually looks like", {}, beside), history(document))));
  if (fall) ctx.atEnd(fall.end);
  const selected = ctx.query.span && tree.byID.get(ctx.query.span)?.at(-1);
  if (selected) requestAnimationFrame(() => reveal(ctx.query.span));
  compare(ctx, id, beside);
}

function head(id, document, tree) {
  const { verdict } = document;
  const edge = verdict.edge;
  const root = tree.nodes.length > 0 ? tree.to - tree.from : null;
  const chain = worst(verdict);
  return h("div", { class: "view-head trace-head" }, h("div", {},
    h("p", { class: "crumbs" }, h("a", { href: "#/traces" }, "Traces"), " / ", h("code", {}, id), " ",
      h("button", { type: "button", class: "quiet small", onclick: (event) => copy(id, event.currentTarget) }, "copy")),
    h("h1", { class: "long" }, headline(verdict, edge, chain)),
    h("p", { class: "line" }, chip(verdict.verdict), h("span", {}, verdictMeaning[verdict.verdict]))),
  facts([
    ["Confidence", verdict.confidence], ["State", stateWords[verdict.state] ?? verdict.state],
    root !== null && ["Length", duration(root)], ["Spans", count(document.spans.length || verdict.completeness.spans)],
    tree.nodes.length > 0 && ["Began", clock(tree.roots[0]?.span.startTime)],
  ]));
}

function headline(verdict, edge, chain) {
  const who = edge ? [serviceName(edge.service), " ", wholeName(edge.route, 80), ` ${answerWords(edge)}`] : "No edge was seen";
  if (!chain || ["failed", "recovered", "expected"].includes(chain.disposition) || !chain.maskPoint) return who;
  const verb = chain.disposition === "degraded" ? "softened" : chain.disposition === "suspect" ? "may have hidden" : "swallowed";
  return [who, ", but ", h("span", { class: chain.disposition === "masked" ? "accent" : "" }, serviceName(chain.maskPoint.service), ` ${verb} a failure`), " of ", serviceName(chain.origin.service)];
}

const ranks = ["masked", "degraded", "suspect", "failed", "recovered", "expected"];
const ranked = (verdict) => [...(verdict.chains ?? [])].sort((one, two) => ranks.indexOf(one.disposition) - ranks.indexOf(two.disposition));
const worst = (verdict) => ranked(verdict)[0];

function notes(document, tree) {
  const { completeness } = document.verdict;
  return [
    document.payload === "evicted" && "names and attributes of some spans have left the memory",
    tree.isCorrected && "clocks were moved so that no call is answered before it is made",
    completeness?.missingParents > 0 && plural(completeness.missingParents, "parent is missing", "parents are missing"),
    completeness?.duplicates > 0 && plural(completeness.duplicates, "duplicate was dropped", "duplicates were dropped"),
    completeness?.truncated && "the trace was cut at its limit",
  ].filter(Boolean).join("; ");
}

function stories(document, reveal) {
  const chains = ranked(document.verdict);
  if (chains.length === 0) return null;
  const vertical = innerWidth < 760;
  return section(chains.length === 1 ? "What happened" : `What happened (${plural(chains.length, "failure")} inside)`, { class: "chains" },
    chains.slice(0, chainsMax).map((chain, index) => h("details", { class: "chain", open: index === 0 },
      h("summary", {}, chip(chain.disposition), " ", kindWords(chain.kind), chain.attempts > 1 && `, ${count(chain.attempts)} attempts`, chain.chronic && ", chronic"),
      h("div", { class: "graph-box", tabindex: "0", role: "region", "aria-label": "The way of the failure" }, chainGraph(wayOf(document, chain), { vertical })),
      h("div", { class: "two" }, points(chain, document.verdict.edge, reveal), why(chain)))),
    chains.length > chainsMax && h("p", { class: "note" }, `${count(chains.length - chainsMax)} more are marked below`));
}

/** The same as the graph, as a list that leads to the spans. */
function points(chain, edge, reveal) {
  const line = (icon, word, point, operation, note) => h("li", {}, icon, h("span", {}, h("b", {}, word), " ",
    h("button", { type: "button", class: "link", onclick: () => reveal(point.spanId) }, serviceName(point.service), " ", name(operation, 80)), note && h("small", {}, note)));
  return h("ol", { class: "points" },
    edge && line(shape("clean"), "The edge", edge, edge.route, answerWords(edge)),
    chain.maskPoint && line(shape(chain.disposition), chain.disposition === "masked" ? "Masked here" : "Turned here", chain.maskPoint, chain.maskPoint.operation, kindWords(chain.kind)),
    line(shape("failed"), chain.origin.peer ? "Began in" : "Began here", chain.origin, chain.origin.operation, [classWords(chain.origin.class),
      chain.origin.traceId && [" in the trace ", h("a", { class: "mono", href: traceLink(chain.origin.traceId) }, chain.origin.traceId.slice(0, 8))]]));
}

const why = (chain) => h("div", { class: "why" },
  h("ul", { class: "evidence" }, chain.evidence.map((item) => h("li", {}, wholeName(item.text, 300), " ", h("small", {}, `${item.strength} evidence`)))),
  h("p", {}, h("b", {}, `${chain.disposition[0].toUpperCase()}${chain.disposition.slice(1)}`), `, ${chain.confidence} confidence: ${chain.because}.`),
  h("p", { class: "note" }, `${chain.otherwise[0].toUpperCase()}${chain.otherwise.slice(1)}.`));

function history(document) {
  if (!document.history?.length) return null;
  return section("How the verdict changed", {}, h("ul", { class: "plain-list" }, document.history.map((each) => h("li", {},
    each.oldVerdict && [chip(each.oldVerdict), " \u2192 "], chip(each.newVerdict), h("small", {}, `${clock(each.changedAt)}, revision ${each.revision}, ${each.newState ?? ""}${each.author ? ", by " : ""}`, each.author && name(each.author, 60))))));
}

