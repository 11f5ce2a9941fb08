// The way of a failure as a small graph: from the edge, over the hop that hid it, down to where it began.
import { s } from "./dom.js";
import { cut, shortService } from "./names.js";

const box = { width: 210, height: 74, gapX: 58, gapY: 34 };

/** `nodes` in their order from the edge; each { service, operation, roles, said, isBad }. */
export function chainGraph(nodes, { vertical = false } = {}) {
  const total = nodes.length;
  const width = vertical ? box.width + 130 : total * box.width + (total - 1) * box.gapX + 4;
  const height = vertical ? total * box.height + (total - 1) * box.gapY + 4 : box.height + 4;
  const at = (index) => vertical
    ? { x: 2, y: 2 + index * (box.height + box.gapY) } : { x: 2 + index * (box.width + box.gapX), y: 2 };
  const sentence = nodes.map((node) => `${shortService(node.service)} ${cut(node.operation, 60)}${node.roles.length ? ` (${node.roles.join(", ")})` : ""}`).join(", then ");
  return s("svg", { class: "graph", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `The way of the failure: ${sentence}` },
    nodes.slice(1).map((node, index) => arrow(at(index), at(index + 1), node, vertical)),
    nodes.map((node, index) => drawn(node, at(index), vertical)));
}

function arrow(from, to, node, vertical) {
  const [x1, y1, x2, y2] = vertical
    ? [from.x + 30, from.y + box.height, to.x + 30, to.y]
    : [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
  const tip = vertical ? `M${x2 - 5} ${y2 - 8}L${x2} ${y2 - 1}L${x2 + 5} ${y2 - 8}` : `M${x2 - 8} ${y2 - 5}L${x2 - 1} ${y2}L${x2 - 8} ${y2 + 5}`;
  return s("g", { class: `link ${node.isBad ? "bad" : ""}` },
    s("path", { d: `M${x1} ${y1}L${x2} ${y2}` }), s("path", { class: "tip", d: tip }),
    node.said && s("text", vertical ? { x: x1 + 14, y: (y1 + y2) / 2 + 4 } : { x: (x1 + x2) / 2, y: y1 - 8, "text-anchor": "middle" }, cut(node.said, 12)));
}

const roleWords = { edge: "edge", mask: "masked here", origin: "began here" };

function drawn(node, { x, y }) {
  const role = ["mask", "origin", "edge"].find((each) => node.roles.includes(each)) ?? "";
  const words = node.roles.map((each) => roleWords[each]).join(", ");
  return s("g", { class: `node ${role}` },
    s("title", {}, `${cut(node.service, 200)} ${cut(node.operation, 200)}`),
    s("rect", { x, y, width: box.width, height: box.height, rx: role === "origin" ? 0 : 8 }),
    role === "mask" && s("path", { class: "mark", d: `M${x + 18} ${y + 10}l8 8l-8 8l-8 -8Z` }),
    role === "origin" && s("path", { class: "cross", d: `M${x + 11} ${y + 11}l13 13m0 -13l-13 13` }),
    s("text", { class: "service", x: x + (role && role !== "edge" ? 32 : 12), y: y + 23 }, cut(shortService(node.service), role === "mask" || role === "origin" ? 21 : 24)),
    s("text", { class: "operation", x: x + 12, y: y + 43 }, cut(node.operation, 30)),
    s("text", { class: "role", x: x + 12, y: y + 62 }, words || node.note || ""));
}

/** The spans from the edge to the origin of a chain, one node for each service on the way. */
export function wayOf(document, chain) {
  const byID = new Map();
  for (const span of document.spans) if (!byID.has(span.spanId) || span.kind === "server") byID.set(span.spanId, span);
  const edge = document.verdict.edge;
  const way = [];
  const seen = new Set();
  for (let span = byID.get(chain.origin.spanId); span && !seen.has(span.spanId); span = byID.get(span.parentSpanId)) {
    seen.add(span.spanId);
    way.unshift(span);
    if (span.spanId === edge?.spanId) break;
  }
  const nodes = [];
  for (const span of way) {
    const service = qualified(span);
    const last = nodes.at(-1);
    const roles = [span.spanId === edge?.spanId && "edge", span.spanId === chain.maskPoint?.spanId && "mask",
      span.spanId === chain.origin.spanId && !chain.origin.peer && "origin"].filter(Boolean);
    if (last && last.service === service && !(roles.includes("origin") && last.roles.includes("mask"))) {
      last.roles.push(...roles.filter((each) => !last.roles.includes(each)));
      if (roles.includes("origin")) last.operation = operationOf(span);
      continue;
    }
    nodes.push({ service, operation: operationOf(span), roles, said: codeOf(span), isBad: chain.spans.includes(span.spanId), span: span.spanId });
  }
  if (chain.origin.peer) nodes.push({ service: chain.origin.service, operation: chain.origin.operation, roles: ["origin"], said: "", isBad: true });
  return nodes.length > 0 ? nodes : plainWay(edge, chain);
}

/** Where spans are gone: the edge, the mask point and the origin. */
export function plainWay(edge, { maskPoint, origin }) {
  const nodes = [];
  const add = (point, role) => {
    if (!point) return;
    const operation = point.operation ?? point.route;
    const last = nodes.at(-1);
    if (last && last.service === point.service && last.operation === operation) last.roles.push(role);
    else nodes.push({ service: point.service, operation, roles: [role], said: "", isBad: role === "origin" });
  };
  add(edge, "edge");
  add(maskPoint, "mask");
  add(origin, "origin");
  return nodes;
}

export const qualified = (span) =>
  span.namespace || span.environment ? [span.environment ?? "", span.namespace ?? "", span.service].join("/") : span.service;

export const operationOf = (span) => span.route ? [span.method, span.route].filter(Boolean).join(" ") : span.name;

export function codeOf(span) {
  if (span.httpCode) return String(span.httpCode);
  if (span.grpcCode) return span.grpcCode;
  return span.status === "error" ? "ERROR" : "";
}
