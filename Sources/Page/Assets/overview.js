// One glance says whether users are being lied to: how far, on which routes, by which hops.
import { h, put } from "./dom.js";
import { ask } from "./api.js";
import { rangeOf, rangePicker, section, load, empty, sum, story, badges, patternLink, facts } from "./parts.js";
import { gapChart, floorOf, legend, gapWords, bars } from "./chart.js";
import { percent, points, count, perMinute, ago, rfc, plural } from "./format.js";
import { chip, shape, kindWords } from "./words.js";
import { edgeName, encoded } from "./names.js";

export const title = "Overview";

const cardsMax = 12;
const worstMax = 8;

export async function show(ctx) {
  const hero = h("div", { class: "hero" });
  const routes = h("div", {});
  const worst = h("div", {});
  const fresh = h("div", {});
  const coverage = h("div", {});
  put(ctx.root,
    h("div", { class: "view-head" }, h("h1", { class: "away" }, "Overview"), hero, rangePicker(ctx)),
    h("div", { class: "overview" },
      section("Truth gap by route", { class: "wide", note: legend(), actions: h("a", { href: "#/routes" },
          "All routes") }, routes),
      section("Worst patterns", { class: "worst", actions: h("a", { href: "#/patterns" }, "All patterns") }, worst),
      section("New since yesterday", { class: "fresh" }, fresh),
      section("Coverage", { class: "coverage" }, coverage)));
  const draw = (quiet) => Promise.all([
    figures(ctx, hero, coverage, quiet), cards(ctx, routes, quiet), worstOnes(ctx, worst, quiet), newOnes(ctx,
      fresh, quiet),
  ]);
  ctx.every(10000, () => draw(true));
  await draw(false);
}

function figures(ctx, hero, coverage, quiet) {
  const range = rangeOf(ctx);
  const query = { from: range.from, to: range.to, series: false, limit: 1000 };
  const once = ask("routes", query, { signal: ctx.signal });
  return Promise.all([
    load(ctx, hero, () => once, (answer) => verdictOfAll(answer, range), { quiet }),
    load(ctx, coverage, () => once, (answer) => coverageOf(answer.items), { quiet }),
  ]);
}

function verdictOfAll({ items, nextCursor }, range) {
  const total = (key) => sum(items, (each) => each.window?.[key]);
  const [ok, failed, masked, disguised] = ["ok", "failed", "masked", "disguised"].map(total);
  const lying = items.filter((each) => (each.window?.masked ?? 0) + (each.window?.disguised ?? 0) > 0).length;
  const apparent = ok + failed > 0 ? ok / (ok + failed) : null;
  const real = ok + failed + disguised > 0 ? (ok - masked) / (ok + failed + disguised) : null;
  if (apparent === null || real === null) return empty("No traffic was judged in " + range.words,
    "Send spans to this collector, or look at a longer time.");
  const isLying = lying > 0;
  return [
    h("p", { class: `answer ${isLying ? "lying" : "honest"}` }, shape(isLying ? "masked" : "clean"),
      isLying ?
      `Users are being lied to on ${lying} of ${plural(items.length, "route")}${nextCursor ? " and more" : ""}.` :
      "No lies: every success was one."),
    facts([
      ["Dashboards see", percent(apparent), "success"],
      ["Really", percent(real), "success"],
      ["Truth gap", h("span", { class: isLying ? "accent" : "" }, points(apparent - real)), range.words],
      ["Hidden failures", h("span", { class: isLying ? "accent" : "" }, count(masked + disguised)),
        `of ${count(ok + failed + disguised)} answers`
      ],
    ], "figures"),
  ];
}

function coverageOf(items) {
  const total = (key) => sum(items, (each) => each.window?.[key]);
  const rated = total("ok") + total("failed") + total("disguised");
  const excluded = total("excluded");
  const sampled = items.filter((each) => each.sampled).length;
  if (rated + excluded === 0) return empty("Nothing was judged");
  const rows = [
    ["Rated", rated, "counted in both rates"],
    ["Left out", excluded, "refused, aborted, or too little known"],
    ["Recovered", total("recovered"), "a retry worked: a real success"],
    ["Degraded", total("degraded"), "something stood in"],
    ["Suspect", total("suspect"), "weak signs only"],
    ["Failed openly", total("failed"), "the caller was told"],
  ];
  return [
    h("p", { class: "cover" }, h("strong", {}, percent(rated / (rated + excluded))), " of traffic is rated"),
    h("ul", { class: "measure" }, rows.map(([word, value, note]) => h("li", {},
      h("span", {}, word), h("small", {}, note), h("b", {}, count(value))))),
    sampled > 0 && h("p", { class: "note" },
      `${plural(sampled, "route")} sampled without a known factor: rates there are those of the sample.`),
  ];
}

function cards(ctx, container, quiet) {
  const { from, to } = rangeOf(ctx);
  return load(ctx, container, () => ask("routes", { from, to, sort: "gap", limit: cardsMax }, { signal: ctx.signal }),
    ({ items }) => {
    if (items.length === 0) return empty("No route has been seen yet",
      "Routes appear with the first trace that has an edge.");
    // One floor for all, so that cards can be compared at a glance.
    const floor = floorOf(items.map((each) => each.series).filter(Boolean));
    return h("ul", { class: "cards" }, items.map((each) => card(each, floor, ctx)));
  }, { quiet });
}

function card(item, floor, ctx) {
  const { window } = item;
  const isLying = (window?.gap ?? 0) > 0;
  const range = ctx.query.range ? `&range=${encoded(ctx.query.range)}` : "";
  return h("li", {}, h("a", { class: `route-card ${isLying ? "lying" : ""}`,
      href: `#/route?service=${encoded(item.service)}&route=${encoded(item.route)}${range}` },
    h("span", { class: "route-name" }, edgeName(item, 60)),
    h("span", { class: "route-gap" }, gapWords(window?.gap)),
    item.series && gapChart(item.series, { floor }),
    h("span", { class: "route-rates" },
      h("span", {}, `${percent(window?.apparentRate)} \u2192 ${percent(window?.realRate)}`),
      h("span", {}, perMinute(item.perMinute), item.sampled ? " (sampled)" : ""))));
}

function worstOnes(ctx, container, quiet) {
  return load(ctx, container, () => ask("patterns", { limit: worstMax }, { signal: ctx.signal }), ({ items }) =>
    items.length === 0 ? empty("Nothing is hidden", "No masked, degraded or suspect failure has been seen.") :
    h("ol", { class: "worst-list" }, items.map((each) => h("li", {},
      h("a", { href: patternLink(each.fingerprint) },
        h("span", { class: "line" }, chip(each.verdict), badges(each), h("span", { class: "rate" }, perMinute(each
          .ratePerMinute))),
        story(each, 48),
        h("span", { class: "line under" }, h("span", {}, kindWords(each.kind), " \u00b7 ", edgeName(each.edge,
            48)),
          bars(each.recent ?? [], { width: 120, height: 18, label: "per minute, last hour" })))))), { quiet });
}

const allOf = (counts) => counts.masked + counts.degraded + counts.suspect;

function newOnes(ctx, container, quiet) {
  const since = rfc(Date.now() - 86400e3);
  return load(ctx, container, () => ask("patterns", { "new-since": since, sort: "new", limit: 6 }, { signal: ctx
        .signal }), ({ items, nextCursor }) =>
    items.length === 0 ? empty("Nothing new", "No pattern was first seen in the last 24 hours.") :
    [
      h("ul", { class: "plain-list" }, items.map((each) => h("li", {}, h("a", { href: patternLink(each.fingerprint) },
          chip(each.verdict), story(each, 40)),
        h("small", {}, `first seen ${ago(each.firstSeen)}, ${plural(allOf(each.counts), "trace")}`)))),
      nextCursor && h("p", { class: "note" }, h("a", { href: "#/patterns?sort=new&new=1" }, "More new patterns")),
    ], { quiet });
}
