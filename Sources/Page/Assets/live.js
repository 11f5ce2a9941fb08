// Findings as they come.
import { h, put } from "./dom.js";
import { ask, openStream, token } from "./api.js";
import { field, filterForm, empty, story, traceLink, problemPanel } from "./parts.js";
import { chip, kindWords } from "./words.js";
import { clock, count, duration } from "./format.js";
import { edgeName } from "./names.js";

export const title = "Live";

const rowsMax = 300;
const verdicts = [["", "masked, degraded or suspect"], ["masked", "masked"], ["all", "every finding"], ["failed", "failed"], ["recovered", "recovered"]];
const changeWords = { new: "new", revised: "revised", resolved: "resolved", final: "final" };

export async function show(ctx) {
  const list = h("ol", { class: "live-list", reversed: true });
  const state = h("span", { class: "live-state", role: "status" }, "connecting");
  const counter = h("span", { class: "note" });
  const box = h("div", { class: "card flush" }, list);
  let isPaused = false;
  let held = [];
  let seen = 0;
  let missed = 0;
  const pause = h("button", { type: "button", "aria-pressed": "false", onclick: () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? "Go on" : "Pause";
    if (!isPaused) { add(held); held = []; }
    say();
  } }, "Pause");
  put(ctx.root, h("div", { class: "view-head" }, h("h1", {}, "Live"), h("p", { class: "line" }, state, counter), pause),
    filterForm(ctx,
      field(ctx, "verdict", "Verdict", verdicts), field(ctx, "service", "Edge service"), field(ctx, "route", "Route"), field(ctx, "text", "Text")), box);
  const nothing = h("li", { class: "waiting" }, empty("Waiting", "Findings appear here as soon as they are judged."));
  list.append(nothing);

  function say() {
    const parts = [`${count(seen)} seen`, missed > 0 && `${count(missed)} missed because they came too fast`, isPaused && `${count(held.length)} held back`, seen > rowsMax && `the latest ${rowsMax} are shown`];
    counter.textContent = parts.filter(Boolean).join(", ");
  }

  function add(rows) {
    if (rows.length === 0) return;
    nothing.remove();
    list.prepend(...rows.reverse().slice(0, rowsMax).map(row));
    while (list.children.length > rowsMax) list.lastElementChild.remove();
  }

  // Many findings in one frame are one change of the document.
  let waiting = [];
  function flush() {
    if (isPaused) held = [...held, ...waiting].slice(-rowsMax); else add(waiting);
    waiting = [];
    say();
  }
  function take(event) {
    seen += 1;
    if (waiting.length === 0) requestAnimationFrame(flush);
    waiting.push(JSON.parse(event.data));
    if (waiting.length > rowsMax) waiting.shift();
  }

  const query = { verdict: ctx.query.verdict ?? "masked,degraded,suspect", service: ctx.query.service, route: ctx.query.route, text: ctx.query.text };
  if (query.verdict === "all") query.verdict = "";
  try {
    // EventSource can't say why it was refused: the API is asked first, with the same filters.
    await ask("traces", { ...query, limit: 1 }, { signal: ctx.signal });
  } catch (problem) {
    if (!ctx.signal.aborted) put(box, problemPanel(problem, () => show(ctx)));
    return;
  }
  if (ctx.signal.aborted) return;
  const source = openStream(query);
  ctx.atEnd(() => source.close());
  source.addEventListener("open", () => { state.textContent = "connected"; state.dataset.state = "on"; });
  source.addEventListener("error", () => {
    state.textContent = source.readyState === EventSource.CLOSED ? (token() ? "refused" : "the collector does not offer the stream") : "reconnecting";
    state.dataset.state = "off";
  });
  source.addEventListener("finding", take);
  source.addEventListener("missed", (event) => { missed += JSON.parse(event.data).missed; say(); });
  say();
}

function row(item) {
  return h("li", {}, h("a", { href: traceLink(item.traceId) },
    h("time", { class: "mono", datetime: item.decidedAt }, clock(item.decidedAt)), chip(item.verdict),
    item.change && item.change !== "new" && h("span", { class: "badge" }, changeWords[item.change] ?? item.change),
    h("span", { class: "live-what" }, edgeName(item.edge, 50), item.origin || item.maskPoint ? [": ", story(item, 40)] : ""),
    h("small", {}, item.kind ? `${kindWords(item.kind)}, ` : "", duration(item.duration))));
}
