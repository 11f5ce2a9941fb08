// What is known of one span.
import { h, copy } from "./dom.js";
import { facts } from "./parts.js";
import { duration, clock } from "./format.js";
import { wholeName, name, showWhole, cut } from "./names.js";
import { traceLink } from "./parts.js";

const valueMax = 240;

export function detail(node, tree, close) {
  const { span } = node;
  return h("section", { class: "card detail", "aria-label": "The selected span" },
    h("header", { class: "card-head" }, h("h2", {}, wholeName(node.operation, 90)), h("button", { type: "button", class: "quiet small", onclick: close, "aria-label": "Close the span" }, "Close")),
    evidence(span, tree.verdict),
    facts([
      ["Service", wholeName(node.service, 90)], ["Kind", span.kind],
      ["Began", clock(span.startTime), node.shift ? `clock moved by ${duration(Math.abs(node.shift))}` : null],
      ["Length", duration(span.duration)],
      ["Status", [span.status, span.statusMessage && [": ", wholeName(span.statusMessage, 160)]]],
      span.httpCode && ["HTTP", String(span.httpCode)], span.grpcCode && ["gRPC", span.grpcCode],
      span.errorType && ["Error type", wholeName(span.errorType, 120)],
      span.outcome && ["Outcome told", [span.outcome, span.outcomeReason && `: ${cut(span.outcomeReason, 80)}`]],
      span.peer && ["Peer", wholeName(span.peer, 90)], span.instance && ["Instance", wholeName(span.instance, 90)],
      span.resendCount > 0 && ["Sent again", String(span.resendCount)],
      span.proxyFlags?.length > 0 && ["Gateway flags", span.proxyFlags.join(", ")],
      ["Span id", [h("code", {}, span.spanId), " ", copyButton(span.spanId, "span id")]],
    ], "compact"),
    pairs("Attributes", span.attributes), pairs("Resource", span.resource),
    span.events?.length > 0 && h("details", { open: true }, h("summary", {}, `Events (${span.events.length})`),
      span.events.slice(0, 100).map((event) => h("div", { class: "event" }, h("strong", {}, name(event.name, 120)), " ", h("small", {}, clock(event.time)), pairs(null, event.attributes)))),
    span.links?.length > 0 && h("details", { open: true }, h("summary", {}, `Links (${span.links.length})`),
      h("ul", { class: "plain-list" }, span.links.map((link) => h("li", {}, h("a", { class: "mono", href: traceLink(link.traceId, link.spanId) }, link.traceId))))));
}

/** Every sentence of the verdict that speaks of this span. */
function evidence(span, verdict) {
  const texts = [];
  for (const chain of verdict.chains ?? []) for (const item of chain.evidence) if (item.span === span.spanId) texts.push(item);
  if (texts.length === 0) return null;
  return h("ul", { class: "evidence" }, texts.map((item) => h("li", {}, wholeName(item.text, 300), " ", h("small", {}, `${item.strength} evidence`))));
}

const copyButton = (text, what) => h("button", { type: "button", class: "quiet small", "aria-label": `Copy ${cut(what, 60)}`, onclick: (event) => copy(text, event.currentTarget) }, "copy");

function pairs(title, values) {
  const list = Object.entries(values ?? {});
  if (list.length === 0) return null;
  const rows = list.map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return h("div", { class: "pair-row" }, h("dt", {}, name(key, 80)),
      h("dd", {}, name(text, valueMax, "name value"), " ",
        text.length > valueMax && h("button", { type: "button", class: "quiet small", onclick: () => showWhole(text) }, "all"), copyButton(text, key)));
  });
  const body = h("dl", { class: "pairs" }, rows);
  return title ? h("details", { open: true }, h("summary", {}, `${title} (${list.length})`), body) : body;
}
