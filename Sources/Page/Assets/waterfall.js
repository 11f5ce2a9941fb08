// The spans over time. A grid that is walked with the arrow keys; only rows in sight are drawn.
import { h, s } from "./dom.js";
import { windowed } from "./rows.js";
import { duration, count } from "./format.js";
import { shape, answerWords } from "./words.js";
import { cut, serviceName, shortService } from "./names.js";

const quietKinds = new Set(["internal", "unspecified"]);
const rowHeight = 28;
const depthMax = 18;
const indentOf = (narrow) => (narrow ? 8 : 14);

export function waterfall(tree, { onSelect, selected, narrow }) {
  let rows = tree.rows();
  let active = 0;
  const whole = Math.max(1, tree.to - tree.from);
  const list = windowed({ height: narrow ? 44 : rowHeight, total: rows.length, label: "Spans of the trace; arrow keys move, Enter selects", role: "treegrid", className: narrow ? "waterfall narrow" : "waterfall", draw: (index) => drawn(index) });
  list.root.addEventListener("keydown", onKey);
  list.root.addEventListener("focus", () => activate(active));

  function drawn(index) {
    const row = rows[index];
    const { node } = row;
    const { mark } = node;
    const isOpen = tree.isOpen(row);
    const depth = Math.min(row.depth, depthMax);
    const classes = ["window-row", "span-row", mark?.chain && "in-chain", mark?.mask && `mask-${mark.mask}`, mark?.origin && "is-origin",
      index === active && "active", !row.group && node.span.spanId === selected && "selected"].filter(Boolean).join(" ");
    const line = h("div", { class: classes, role: "row", id: `row-${index}`, "aria-level": row.depth + 1, "aria-selected": !row.group && node.span.spanId === selected ? "true" : "false",
      "aria-expanded": tree.canOpen(row) ? String(isOpen) : null, onclick: (event) => pressed(event, index) },
    h("div", { role: "gridcell", class: "span-name" },
      h("span", { class: "indent", style: { width: `${depth * indentOf(narrow)}px` } }, row.depth > depthMax && h("small", {}, `\u2026${row.depth}`)),
      tree.canOpen(row) ? h("span", { class: `twisty ${isOpen ? "open" : ""}`, "aria-hidden": "true" }, twisty()) : h("span", { class: "twisty" }),
      row.group && h("span", { class: "times" }, `\u00d7${count(row.group.length)}`),
      serviceName(node.service, 28), " ", h("bdi", { class: "name" }, cut(node.operation, 60)),
      h("span", { class: "span-kind" }, mark?.mask || mark?.origin || mark?.edge || quietKinds.has(node.span.kind) ? "" : node.span.kind),
      marksOf(row, narrow)),
    h("div", { role: "gridcell", class: "number" }, row.group ? duration(totalOf(row.group)) : duration(node.duration)),
    h("div", { role: "gridcell", class: "lane" }, bar(row)));
    return line;
  }

  function bar(row) {
    const [start, end] = row.group ? [Math.min(...row.group.map((each) => each.start)), Math.max(...row.group.map((each) => each.start + each.duration))]
      : [row.node.start, row.node.start + row.node.duration];
    const left = ((start - tree.from) / whole) * 100;
    const width = Math.max(0.15, ((end - start) / whole) * 100);
    const word = row.group ? "" : isBad(row.node) ? row.node.code : "";
    const moved = !row.group && row.node.shift ? `its clock was moved by ${duration(Math.abs(row.node.shift))}` : null;
    return [h("i", { class: `span-bar ${row.group ? "group" : ""} ${isBad(row.node) ? "bad" : ""} ${moved ? "moved" : ""}`, title: moved, style: { left: `${left.toFixed(3)}%`, width: `${width.toFixed(3)}%` } }),
      word && h("span", { class: `bar-word ${isBad(row.node) ? "bad" : ""}`, style: left + width < 80 ? { left: `${(left + width).toFixed(3)}%` } : { right: `${(100 - left).toFixed(3)}%` } }, word)];
  }

  function pressed(event, index) {
    list.root.focus({ preventScroll: true });
    if (event.target.closest(".twisty") || rows[index].group) { toggle(index); return; }
    activate(index);
    select(index);
  }

  function activate(index) {
    list.row(active)?.classList.remove("active");
    active = Math.max(0, Math.min(rows.length - 1, index));
    list.reveal(active);
    list.row(active)?.classList.add("active");
    list.root.setAttribute("aria-activedescendant", `row-${active}`);
  }

  function toggle(index) {
    if (!tree.canOpen(rows[index])) return;
    tree.toggle(rows[index]);
    rows = tree.rows();
    list.renew(rows.length);
    activate(index);
  }

  function select(index) {
    const row = rows[index];
    if (row.group) { toggle(index); return; }
    selected = row.node.span.spanId;
    list.renew(rows.length);
    onSelect(row.node);
  }

  function onKey(event) {
    const row = rows[active];
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -rows.length, End: rows.length };
    if (event.key in moves) activate(active + moves[event.key]);
    else if (event.key === "ArrowRight") { if (tree.canOpen(row) && !tree.isOpen(row)) toggle(active); else activate(active + 1); }
    else if (event.key === "ArrowLeft") { if (tree.canOpen(row) && tree.isOpen(row)) toggle(active); else activate(parentOf(active)); }
    else if (event.key === "Enter" || event.key === " ") select(active);
    else return;
    event.preventDefault();
  }

  function parentOf(index) {
    for (let above = index - 1; above >= 0; above -= 1) if (rows[above].depth < rows[index].depth) return above;
    return index;
  }

  /** Shows a span, wherever it is folded away. */
  function show(node) {
    tree.unfold(node);
    rows = tree.rows();
    selected = node.span.spanId;
    list.renew(rows.length);
    activate(rows.findIndex((each) => !each.group && each.node === node));
  }

  return { root: h("div", { class: "waterfall-box" }, scale(whole), list.root), show, end: list.end };
}

const isBad = (node) => node.code === "ERROR" || Number(node.code) >= 500 || Boolean(node.mark?.chain);
const totalOf = (group) => group.reduce((all, each) => all + each.duration, 0);
const twisty = () => s("svg", { viewBox: "0 0 10 10" }, s("path", { d: "M3 1.5 7 5 3 8.5" }));

/** Words and shapes: what the verdict says of this span. */
function marksOf({ node, group }, narrow) {
  const { mark } = node;
  const marks = [];
  if (mark && !group) {
    if (mark.edge) marks.push(h("span", { class: "mark-word" }, narrow ? `edge ${node.code}` : `edge, ${answerWords(mark.edge)}`));
    if (mark.mask) marks.push(h("span", { class: `mark-word mask ${mark.mask}` }, shape(mark.mask), mark.mask === "masked" ? "masked here" : mark.mask === "failed" ? "passed on" : `${mark.mask} here`));
    if (mark.origin) marks.push(h("span", { class: "mark-word origin" }, shape("failed"), mark.origin === true ? "began here" : `began in ${cut(shortService(mark.origin), 30)}`));
  }
  if (node.isDetached) marks.push(h("span", { class: "mark-word quiet-mark", title: "the span above it never came" }, "parent missing"));
  return marks;
}

function scale(whole) {
  return h("div", { class: "scale", "aria-hidden": "true" }, h("div", {}, "Span"), h("div", { class: "number" }, "Length"),
    h("div", { class: "ticks" }, [0, 0.25, 0.5, 0.75].map((part) => h("span", { style: { left: `${part * 100}%` } }, duration(part * whole)))));
}

