// Services and who calls whom: where failures begin, and where they are hidden.
import { h, s, put } from "./dom.js";
import { ask } from "./api.js";
import { load, empty, section, rangeOf, rangePicker, table, cell, number, field, filterForm } from "./parts.js";
import { count } from "./format.js";
import { cut, shortService, encoded } from "./names.js";

export const title = "Map";

const box = { width: 176, height: 50, gapX: 112, gapY: 18 };
const drawnMax = 300;
/** From here on a link is drawn as one that fails. */
const badShare = 0.01;

export async function show(ctx) {
  const body = h("div", {});
  const range = rangeOf(ctx);
  put(ctx.root, h("div", { class: "view-head" }, h("h1", {}, "Map"), h("p", { class: "legend" },
      h("span", { class: "key mask" }), "hides failures", h("span", { class: "key origin" }),
      "failures begin here", h("span", { class: "key thick" }), "more requests"), rangePicker(ctx)),
    filterForm(ctx, field(ctx, "service", "Around a service")), body);
  await load(ctx, body, () => ask("map", { from: range.from, to: range.to, service: ctx.query.service }, { signal: ctx
      .signal }), drawn);
}

function drawn({ nodes, edges }) {
  tellApart(nodes);
  if (nodes.length === 0) return empty("No service has been seen",
    "The map is drawn from the spans that are sent here.");
  const shown = [...nodes].sort((one, two) => weight(two) - weight(one)).slice(0, drawnMax);
  return [
    section("Calls", { class: "flush", note: nodes.length > shown.length ?
          `the ${drawnMax} busiest of ${count(nodes.length)} services` : null },
      h("div", { class: "graph-box map-box", tabindex: "0", role: "group", "aria-label": "Map of services" }, picture(
        shown, edges))),
    h("div", { class: "two" }, section("Services", {}, servicesTable(nodes)), section("Links", {}, linksTable(
    edges))),
  ];
}

let shared = new Set();

/** Short names that several services bear: these are shown with their namespaces. */
function tellApart(nodes) {
  const seen = new Set();
  shared = new Set();
  for (const short of nodes.map((each) => shortService(each.service))) (seen.has(short) ? shared : seen).add(short);
}

function label(service) {
  const short = shortService(service);
  return shared.has(short) && short !== service ? service.split("/").slice(1).filter(Boolean).join("/") : short;
}

const named = (service) => h("bdi", { class: "name service", title: cut(service, 600) }, cut(label(service), 48));

const weight = (node) => node.requests + node.masks * 1e6 + node.originates * 1e6;

/** Columns by distance from the edge; inside a column near to what calls it. */
function layout(nodes, edges) {
  const byName = new Map(nodes.map((node) => [node.service, { node, column: -1, row: 0 }]));
  const out = new Map();
  for (const edge of edges) {
    if (!byName.has(edge.from) || !byName.has(edge.to) || edge.from === edge.to) continue;
    if (!out.has(edge.from)) out.set(edge.from, []);
    out.get(edge.from).push(edge.to);
  }
  const called = new Set(edges.filter((each) => each.from !== each.to).map((each) => each.to));
  let wave = nodes.filter((node) => node.edge || !called.has(node.service)).map((node) => node.service);
  if (wave.length === 0) wave = [nodes[0].service];
  for (let column = 0; wave.length > 0; column += 1) {
    for (const each of wave) byName.get(each).column = column;
    wave = [...new Set(wave.flatMap((each) => out.get(each) ?? []))].filter((each) => byName.get(each).column < 0);
  }
  const columns = [];
  for (const place of byName.values()) {
    if (place.column < 0) place.column = 0;
    (columns[place.column] ??= []).push(place);
  }
  columns.forEach((column, index) => {
    if (index > 0) {
      const pull = (place) => {
        const callers = edges.filter((each) => each.to === place.node.service && byName.get(each.from)?.column <
          index).map((each) => byName.get(each.from).row);
        return callers.length === 0 ? 0 : callers.reduce((one, two) => one + two, 0) / callers.length;
      };
      const pulls = new Map(column.map((place) => [place, pull(place)]));
      column.sort((one, two) => pulls.get(one) - pulls.get(two));
    }
    column.forEach((place, row) => { place.row = row - column.length / 2; });
  });
  return { byName, columns };
}

function picture(nodes, edges) {
  const { byName, columns } = layout(nodes, edges);
  const tallest = Math.max(...columns.map((column) => column.length));
  const height = tallest * (box.height + box.gapY) + 20;
  const width = columns.length * (box.width + box.gapX) - box.gapX + 20;
  for (const place of byName.values()) {
    place.x = 10 + place.column * (box.width + box.gapX);
    place.y = height / 2 + place.row * (box.height + box.gapY) + box.gapY / 2;
  }
  const most = Math.max(1, ...edges.map((each) => each.requests));
  const masked = edges.filter((each) => each.masked > 0).length;
  const words = `${nodes.length} services, ${edges.length} links, ${masked} with swallowed failures; `
    + "the tables below say the same";
  const drawn = edges.filter((each) => byName.has(each.from) && byName.has(each.to) && each.from !== each.to);
  return s("svg",
    { class: "graph map", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": words },
    drawn.map((each) => link(each, byName.get(each.from), byName.get(each.to), most)),
    [...byName.values()].map(drawNode));
}

function link(edge, from, to, most) {
  const isBack = to.column <= from.column;
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
  const [x2, y2] = [isBack ? to.x + box.width : to.x, to.y + box.height / 2];
  const bend = isBack ? 50 : (x2 - x1) / 2;
  const size = 1 + 3 * Math.log1p(edge.requests) / Math.log1p(most);
  const isBad = edge.failures > 0 && edge.failures >= edge.requests * badShare;
  const words = `${count(edge.requests)} requests, ${count(edge.failures)} failures, ${count(edge.masked)} swallowed`;
  const way = `M${x1} ${y1}C${x1 + bend} ${y1} ${isBack ? x2 + 50 : x2 - bend} ${y2} ${x2} ${y2}`;
  const middle = { x: isBack ? x1 + 30 : (x1 + x2) / 2, y: (y1 + y2) / 2 - 5, "text-anchor": "middle" };
  return s("g", { class: `link ${edge.masked > 0 ? "hidden" : isBad ? "bad" : ""}` },
    s("title", {}, `${cut(edge.from, 100)} calls ${cut(edge.to, 100)}: ${words}`),
    s("path", { d: way, "stroke-width": size.toFixed(1) }),
    edge.masked > 0 && s("text", middle, `${count(edge.masked)} swallowed`));
}

function drawNode({ node, x, y }) {
  const isMask = node.masks > 0;
  const isOrigin = node.originates > 0;
  const words = [isMask && `hides ${count(node.masks)}`, isOrigin && `begins ${count(node.originates)}`].filter(Boolean)
    .join(", ") || `${count(node.requests)} requests`;
  return s("a", { href: `#/map?service=${encoded(node.service)}` },
    s("g", { class: `node ${isMask ? "mask" : isOrigin ? "origin" : ""} ${node.kind}` },
      s("title", {}, `${cut(node.service, 200)} (${node.kind})`),
      s("rect", { x, y, width: box.width, height: box.height, rx: node.kind === "database" || node.kind === "peer" ?
          0 : 8 }),
      isMask && s("path", { class: "mark", d: `M${x + 16} ${y + 8}l8 8l-8 8l-8 -8Z` }),
      !isMask && isOrigin && s("path", { class: "cross", d: `M${x + 10} ${y + 10}l11 11m0 -11l-11 11` }),
      s("text", { class: "service", x: x + (isMask || isOrigin ? 30 : 12), y: y + 21 }, cut(label(node
        .service), isMask || isOrigin ? 16 : 18)),
      s("text", { class: "role", x: x + 12, y: y + 39 }, node.edge ? `edge, ${words}` : words)));
}

const servicesTable = (nodes) => table("Services", ["Service", "Kind", { text: "Hides", kind: "number" },
  { text: "Begins", kind: "number" }, { text: "Requests", kind: "number" }],
  [...nodes].sort((one, two) => two.masks - one.masks || two.originates - one.originates || two.requests - one
    .requests).slice(0, drawnMax).map((node) => h("tr", {},
    cell(h("a", { href: `#/patterns?mask-service=${encoded(node.service)}` }, named(node.service))), cell(node
      .edge ? `${node.kind}, edge` : node.kind), number(count(node.masks)), number(count(node.originates)), number(
      count(node.requests)))));

const linksTable = (edges) => table("Links", ["From", "To", { text: "Requests", kind: "number" }, { text: "Failures",
    kind: "number" }, { text: "Swallowed", kind: "number" }],
  [...edges].sort((one, two) => two.masked - one.masked || two.failures - one.failures || two.requests - one.requests)
  .slice(0, drawnMax).map((each) => h("tr", {},
    cell(named(each.from)), cell(named(each.to)), number(count(each.requests)), number(count(each
      .failures)), h("td", { class: `number ${each.masked > 0 ? "accent" : ""}` }, count(each.masked)))));
