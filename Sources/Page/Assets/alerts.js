// What fires, since when, who was told, and what they answered.
import { h, put, announce } from "./dom.js";
import { ask, askOrNone } from "./api.js";
import { field, filterForm, load, empty, section, facts, table, cell, problemPanel, patternLink,
  traceLink } from "./parts.js";
import { ago, clock, perMinute, percent, count } from "./format.js";
import { name, wholeName, cut } from "./names.js";

export const title = "Alerts";

const states = [
  ["", "pending or firing"],
  ["firing", "firing"],
  ["pending", "pending"],
  ["resolved", "resolved"],
  ["pending,firing,resolved", "all"]
];

export async function show(ctx) {
  if (ctx.parts[0] === "alert") return one(ctx);
  const alerts = h("div", { class: "alerts" });
  const silences = h("div", {});
  const tellers = h("div", {});
  put(ctx.root, h("div", { class: "view-head" }, h("h1", {}, "Alerts")),
    filterForm(ctx, field(ctx, "state", "State", states)),
    alerts, h("div", { class: "two" }, section("Silences", {}, silences), section("Who is told", {}, tellers)));
  const draw = (quiet) => Promise.all([
    load(ctx, alerts, () => ask("alerts", { state: ctx.query.state ?? "pending,firing",
    limit: 100 }, { signal: ctx.signal }), ({ items, nextCursor }) => list(ctx, items, nextCursor), { quiet }),
    load(ctx, silences, () => askOrNone("silences", {}, { signal: ctx.signal }), (answer) => silenceList(ctx,
      answer), { quiet }),
    load(ctx, tellers, () => askOrNone("exporters", {}, { signal: ctx.signal }), exporterList, { quiet }),
  ]);
  ctx.every(10000, () => { if (!ctx.root.contains(document.activeElement?.closest("form.silence"))) draw(true); });
  await draw(false);
}

const list = (ctx, items, more) => items.length === 0 ?
  empty("Nothing fires", "No rule finds a reason to wake anybody.") :
  [items.map((each) => alertCard(ctx, each)), more && h("p", { class: "note" },
    "There are more; choose a state to see fewer.")];

function alertCard(ctx, item) {
  const figures = item.figures ?? {};
  return h("article", { class: `card alert ${item.state} ${item.severity}`, "aria-label": cut(item.summary, 120) },
    h("header", { class: "card-head" }, h("h2", {}, h("a", { href: `#/alert/${encodeURIComponent(item.id)}` }, name(
        item.summary, 300))),
      h("span", { class: `chip state-${item.state}` }, item.state), h("span", { class: "badge" }, cut(item.severity,
        20)), item.silencedBy && h("span", { class: "badge" }, "silenced")),
    item.description && h("p", {}, wholeName(item.description, 400)),
    facts([
      ["Rule", name(item.rule, 60)],
      ["Since", h("time", { title: item.startedAt }, ago(item.startedAt)), clock(item.startedAt)],
      item.resolvedAt && ["Resolved", ago(item.resolvedAt), item.resolvedReason && cut(item.resolvedReason, 80)],
      figures.perMinute !== undefined && ["Rate when told", perMinute(figures.perMinute)],
      figures.realRate !== undefined && figures.realRate !== null && ["Success when told",
        `${percent(figures.apparentRate)} \u2192 ${percent(figures.realRate)}`, "apparent and real"
      ],
      figures.traces > 0 && ["Traces", count(figures.traces)],
    ]),
    h("p", { class: "line" }, item.fingerprint && h("a", { href: patternLink(item.fingerprint) }, "The pattern"),
      item.traces?.slice(0, 3).map((id) => h("a", { class: "mono", href: traceLink(id) }, id.slice(0, 8)))),
    told(item.told), item.state !== "resolved" && !item.silencedBy && silencer(ctx, item));
}

const told = (list) => !list?.length ? h("p", { class: "note" }, "Nobody was told yet.") :
  table("Who was told", ["Told", "What", "State", "Answer", { text: "When", kind: "number" }], list.map((each) => h(
    "tr", {},
    cell(name(each.exporter, 40)), cell(each.kind), cell(h("span", { class: `told ${each.state}` }, each.state),
      each.attempts > 1 && ` (${count(each.attempts)} attempts)`), cell(each.answer ? wholeName(each.answer, 80) :
      "\u2013"), h("td", { class: "number" }, each.at ? ago(each.at) : "\u2013"))));

async function one(ctx) {
  await load(ctx, ctx.root, () => ask(`alerts/${encodeURIComponent(ctx.parts[1] ?? "")}`, {}, { signal: ctx.signal }),
    (item) => [
      h("div", { class: "view-head" }, h("div", {}, h("p", { class: "crumbs" }, h("a", { href: "#/alerts" },
        "Alerts"), " / ", name(item.rule, 60)), h("h1", { class: "long" }, name(item.summary, 200)))),
      alertCard(ctx, item),
      section("Labels", {}, facts(Object.entries(item.labels ?? {}).map(([key, value]) => [cut(key, 60), wholeName(
        value, 120)]))),
    ]);
}

const lengths = [
  [1, "an hour"],
  [4, "four hours"],
  [24, "a day"],
  [168, "a week"]
];

function silencer(ctx, item) {
  const id = (word) => `${word}-${item.id}`;
  const hours = h("select", { id: id("hours") }, lengths.map(([value, text]) => h("option", { value }, text)));
  const by = h("input", { id: id("by"), type: "text", required: true, autocomplete: "name" });
  const why = h("input", { id: id("why"), type: "text", required: true });
  const said = h("div", { role: "status" });
  return h("details", { class: "silencer" }, h("summary", {}, "Silence this"), h("form", {
    class: "silence filters",
    onsubmit: async (event) => {
      event.preventDefault();
      const silence = { match: item.labels, duration: Number(hours.value) * 3600e9, by: by.value.trim(),
        why: why.value.trim() };
      try {
        await ask("silences", {}, { method: "POST", body: silence });
        announce("Silenced");
        ctx.again();
      } catch (problem) {
        put(said, problemPanel(problem));
      }
    }
  }, h("div", { class: "field" }, h("label", { for: id("hours") }, "For"), hours), h("div", { class: "field" }, h(
    "label", { for: id("by") }, "Your name"), by), h("div", { class: "field" }, h("label", { for: id("why") },
    "Why"), why), h("button", { type: "submit" }, "Silence"), said));
}

function silenceList(ctx, answer) {
  const items = answer?.items ?? [];
  if (items.length === 0) return empty("No silence", "Everything that fires is told.");
  const end = async (id) => {
    await ask(`silences/${encodeURIComponent(id)}`, {}, { method: "DELETE" });
    announce("The silence has ended");
    ctx.again();
  };
  return h("ul", { class: "plain-list" }, items.map((each) => h("li", {},
    h("span", {}, name(each.why || "no reason given", 160), !each.active && " (not now)"),
    h("small", {}, each.daily ? `daily ${cut(each.daily, 20)}` : ["until ", clock(each.to)], each.by && [", by ",
        name(each.by, 60)
      ], ": ",
      Object.entries(each.match ?? {}).map(([key, value], index) => [index > 0 && ", ", cut(key, 40), " = ", cut(
        value, 80)])),
    each.source === "api" ?
    h("button", { type: "button", class: "quiet small", onclick: (event) => end(each.id).catch((problem) => event
        .target.replaceWith(problemPanel(problem))) }, "End it") :
    h("small", {}, "from the configuration"))));
}

function exporterList(answer) {
  const items = answer?.items ?? [];
  if (items.length === 0) return empty("Nobody", "No exporter is configured: alerts are seen here alone.");
  return table("Who is told", ["Name", "State", { text: "Delivered", kind: "number" }, { text: "Waiting",
    kind: "number" }, { text: "Dead", kind: "number" }
  ], items.map((each) => h("tr", {},
    cell(name(each.name, 40), " ", h("small", {}, cut(each.type, 20))), cell(h(
    "span", { class: `told ${each.state}` }, each.state)), h("td", { class: "number" }, count(each.delivered)), h(
      "td", { class: "number" }, count(each.waiting)), h("td", { class: "number" }, count(each.dead)))));
}
