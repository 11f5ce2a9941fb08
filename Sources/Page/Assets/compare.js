// A trace beside what its route usually looks like.
import { h, put } from "./dom.js";
import { askOrNone } from "./api.js";
import { problemPanel, empty, traceLink, loading } from "./parts.js";
import { duration, percent, count } from "./format.js";
import { serviceName, name } from "./names.js";

const linesMax = 60;

export async function compare(ctx, id, container) {
  put(container, loading("Looking for a clean trace of the route"));
  try {
    const answer = await askOrNone("compare", { trace: id }, { signal: ctx.signal });
    put(container, answer ? drawn(answer) : nothing());
  } catch (problem) {
    if (!ctx.signal.aborted) put(container, problemPanel(problem, () => compare(ctx, id, container)));
  }
}

const nothing = () => empty("Nothing to compare with", "No clean trace of this route is known yet.");

function drawn(answer) {
  const { clean, missing = [], extra = [], differs = [], steps = [] } = answer;
  if (!clean && missing.length + extra.length + differs.length === 0) return nothing();
  return [
    clean && h("p", {}, "Beside the clean trace ", h("a", { class: "mono", href: traceLink(clean.traceId) }, clean.traceId.slice(0, 8)), ` (${duration(clean.duration)}):`),
    missing.length > 0 && list("Missing here", "minus", missing.map((each) => [serviceName(each.service), " ", name(each.name, 60), each.share !== undefined && each.share !== null && h("small", {}, ` in ${percent(each.share)} of clean traces`)])),
    extra.length > 0 && list("Only here", "plus", extra.map((each) => [serviceName(each.service), " ", name(each.name, 60)])),
    differs.length > 0 && list("Different here", "other", differs.map((each) => [serviceName(each.service), " ", name(each.name, 60), h("small", {}, " ", words(each.clean), " \u2192 ", h("b", {}, words(each.masked, each.clean)))])),
    missing.length + extra.length + differs.length === 0 && h("p", { class: "note" }, "It takes the same steps with the same answers as the clean one."),
    steps.length > 0 && h("details", {}, h("summary", {}, `Step by step (${count(steps.length)})`), side(steps)),
  ];
}

const list = (title, kind, items) => h("div", { class: `difference ${kind}` }, h("h3", {}, title),
  h("ul", {}, items.slice(0, linesMax).map((each) => h("li", {}, each)), items.length > linesMax && h("li", { class: "note" }, `and ${count(items.length - linesMax)} more`)));

function words(one) {
  if (!one) return "absent";
  return [one.httpCode, one.status && one.status !== "unset" && one.status !== "ok" ? one.status.toUpperCase() : null, duration(one.duration)].filter(Boolean).join(" ");
}

function side(steps) {
  const here = steps.slice(0, linesMax * 4);
  return h("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": "Step by step" }, h("table", { class: "steps" },
    h("thead", {}, h("tr", {}, ["Step", "Here", "Clean"].map((each) => h("th", { scope: "col" }, each)))),
    h("tbody", {}, here.map((step) => h("tr", { class: !step.masked ? "absent" : !step.clean ? "added" : null },
      h("td", {}, h("span", { style: { "padding-left": `${Math.min(step.depth, 12) * 10}px` } }), serviceName(step.service, 24), " ", name(step.name, 40)),
      h("td", {}, step.masked ? words(step.masked) : "\u2013"), h("td", {}, step.clean ? words(step.clean) : "\u2013"))))));
}
