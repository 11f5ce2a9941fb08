// Routes: what dashboards see of them, and what is real.
import { h, put } from "./dom.js";
import { ask } from "./api.js";
import { field, filterForm, load, empty, section, facts, rangeOf, rangePicker, table, cell, number, traceTable, story, badges, patternLink, problemPanel } from "./parts.js";
import { gapChart, floorOf, legend, gapWords } from "./chart.js";
import { windowed } from "./rows.js";
import { percent, points, perMinute, count, ago, duration } from "./format.js";
import { chip } from "./words.js";
import { edgeName, encoded, wholeName, serviceName, name } from "./names.js";

export const title = "Routes";

const pageMax = 200;
const sorts = [["gap", "truth gap"], ["masked", "masked"], ["traffic", "traffic"], ["name", "name"]];

export function show(ctx) {
  return ctx.parts[0] === "route" ? one(ctx) : all(ctx);
}

const routeLink = (ctx, item) =>
  `#/route?service=${encoded(item.service)}&route=${encoded(item.route)}${ctx.query.range ? `&range=${encoded(ctx.query.range)}` : ""}`;

async function all(ctx) {
  const list = h("div", { class: "card flush" });
  const range = rangeOf(ctx);
  put(ctx.root, h("div", { class: "view-head" }, h("h1", {}, "Routes"), legend(), rangePicker(ctx)),
    filterForm(ctx,
      field(ctx, "text", "Text"), field(ctx, "service", "Service"), field(ctx, "sort", "Sort", sorts)), list);
  const query = { from: range.from, to: range.to, sort: ctx.query.sort ?? "gap", text: ctx.query.text, service: ctx.query.service, limit: pageMax };
  await load(ctx, list, () => ask("routes", query, { signal: ctx.signal }), (first) => rowsOf(ctx, first, query));
}

function rowsOf(ctx, first, query) {
  const items = [...first.items];
  let cursor = first.nextCursor;
  let isAsking = false;
  if (items.length === 0) return empty("No route fits", Object.keys(ctx.query).length > 0 ? h("a", { href: "#/routes" }, "Without filters") : "Routes appear with the first trace that has an edge.");
  const narrow = innerWidth < 900;
  const floor = floorOf(items.map((each) => each.series).filter(Boolean));
  const heading = h("p", { class: "list-count", role: "status" }, `${count(items.length)}${cursor ? " and more" : ""} routes`);
  const list = windowed({
    height: narrow ? 84 : 50, total: items.length, label: "Routes", className: narrow ? "narrow" : "route-rows", near, draw: (index) => row(ctx, items[index], floor),
    heads: narrow ? null : [{ text: "Route" }, { text: "Apparent and real" }, { text: "Apparent", kind: "number" }, { text: "Real", kind: "number" }, { text: "Gap", kind: "number" }, { text: "Masked", kind: "number" }, { text: "Traffic", kind: "number" }],
  });
  ctx.atEnd(list.end);
  async function near() {
    if (!cursor || isAsking) return;
    isAsking = true;
    try {
      const next = await ask("routes", { ...query, cursor }, { signal: ctx.signal });
      cursor = next.nextCursor;
      items.push(...next.items);
      list.resize(items.length);
      heading.textContent = `${count(items.length)}${cursor ? " and more" : ""} routes`;
      isAsking = false;
    } catch (problem) {
      if (!ctx.signal.aborted) put(heading, problemPanel(problem, () => { isAsking = false; near(); }));
    }
  }
  return [heading, list.root];
}

function row(ctx, item, floor) {
  const { window } = item;
  const isLying = (window?.gap ?? 0) > 0;
  return h("div", { class: "window-row", role: "row" },
    h("div", { role: "cell", class: "main-cell" }, h("a", { href: routeLink(ctx, item) }, edgeName(item, 80)), item.sampled && h("small", {}, "sampled")),
    h("div", { role: "cell", class: "spark-cell" }, item.series && gapChart(item.series, { width: 200, height: 34, floor })),
    h("div", { role: "cell", class: "number" }, percent(window?.apparentRate)),
    h("div", { role: "cell", class: "number" }, percent(window?.realRate)),
    h("div", { role: "cell", class: `number ${isLying ? "accent" : ""}` }, gapWords(window?.gap)),
    h("div", { role: "cell", class: "number count-cell" }, count(window?.masked)),
    h("div", { role: "cell", class: "number count-cell" }, perMinute(item.perMinute)));
}

async function one(ctx) {
  const { service = "", route = "" } = ctx.query;
  const range = rangeOf(ctx);
  ctx.title(`${route} route`);
  const rates = h("div", {});
  const patterns = h("div", {});
  const traces = h("div", {});
  const usual = h("div", {});
  put(ctx.root,
    h("div", { class: "view-head" }, h("div", {}, h("p", { class: "crumbs" }, h("a", { href: "#/routes" }, "Routes"), " / ", name(service, 80)),
      h("h1", { class: "long" }, serviceName(service), " ", wholeName(route, 120))), rangePicker(ctx)),
    section("Apparent and real success", { class: "wide", note: legend() }, rates),
    h("div", { class: "two" }, section("What hides failures here", {}, patterns), section("What it usually does", {}, usual)),
    section("Latest masked traces", { actions: h("a", { href: `#/traces?service=${encoded(service)}&route=${encoded(route)}` }, "All traces") }, traces));
  const find = () => ask("routes", { service, route, from: range.from, to: range.to, limit: 1 }, { signal: ctx.signal });
  const drawAll = (quiet) => {
    const found = find();
    return Promise.all([
      load(ctx, rates, () => found, ({ items }) => ratesOf(items[0], range), { quiet }),
      load(ctx, usual, () => found, ({ items }) => usualOf(items[0]), { quiet }),
      load(ctx, patterns, () => ask("patterns", { service, route, limit: 10 }, { signal: ctx.signal }), ({ items }) => patternsOf(items), { quiet }),
      load(ctx, traces, () => ask("traces", { service, route, verdict: "masked", limit: 10 }, { signal: ctx.signal }), ({ items }) =>
        items.length === 0 ? empty("No masked trace of this route") : traceTable("Latest masked traces", items), { quiet }),
    ]);
  };
  ctx.every(10000, () => drawAll(true));
  await drawAll(false);
}

function ratesOf(item, range) {
  if (!item) return empty("This route has not been seen", "Its name may have changed, or its traces were never sent here.");
  const { window } = item;
  const width = innerWidth < 760 ? 340 : 1100;
  return [
    facts([
      ["Dashboards see", percent(window.apparentRate)], ["Really", percent(window.realRate)],
      ["Truth gap", h("span", { class: window.gap > 0 ? "accent" : "" }, points(window.gap)), range.words],
      ["Masked", count(window.masked)], ["Failed openly", count(window.failed)], ["Degraded", count(window.degraded)], ["Recovered", count(window.recovered)], ["Left out", count(window.excluded)],
      ["Traffic", perMinute(item.perMinute), item.sampled ? "sampled" : null], ["Last seen", ago(item.lastSeen)],
    ], "figures"),
    item.series && gapChart(item.series, { width, height: width < 500 ? 170 : 240, axes: true }),
  ];
}

const patternsOf = (items) => items.length === 0 ? empty("Nothing is hidden on this route")
  : h("ul", { class: "plain-list" }, items.map((each) => h("li", {}, h("a", { href: patternLink(each.fingerprint) }, chip(each.verdict), " ", story(each, 50)), h("small", {}, perMinute(each.ratePerMinute), ", last ", ago(each.lastSeen), " ", badges(each)))));

function usualOf(item) {
  const profile = item?.profile;
  if (!profile) return empty("Not learned yet", "What a route usually does is known from thirty clean traces on.");
  return [
    h("p", { class: "note" }, `From ${count(profile.traces)} clean traces, which usually take ${duration(profile.usualDuration)}.`),
    table("What it usually does", ["Step", { text: "Share", kind: "number" }], profile.steps.map((step) =>
      h("tr", {}, cell(serviceName(step.service), " ", name(step.name, 60)), number(percent(step.share))))),
  ];
}
