// The spans of a trace as a tree that can be drawn: repeats are one row, clocks agree.
import { nanoseconds } from "./format.js";
import { qualified, operationOf, codeOf } from "./graph.js";

const repeatsMin = 4;

export class SpanTree {
  constructor(document) {
    this.verdict = document.verdict;
    this.nodes = [];
    this.byID = new Map();
    this.closed = new Set();
    this.open = new Set();
    this.marks = marksOf(document.verdict);
    this.build(document.spans);
    this.correct();
    this.measure();
  }

  build(spans) {
    const starts = spans.map((span) => nanoseconds(span.startTime));
    const zero = starts.reduce((low, each) => (each < low ? each : low), starts[0] ?? 0n);
    spans.forEach((span, index) => {
      const node = { span, index, start: Number(starts[index] - zero), duration: span.duration, children: [], parent: null, shift: 0, service: qualified(span), operation: operationOf(span), code: codeOf(span) };
      this.nodes.push(node);
      const same = this.byID.get(span.spanId);
      if (!same) this.byID.set(span.spanId, [node]);
      else same.push(node);
    });
    this.roots = this.nodes.filter((node) => !this.hang(node));
    const inTime = (one, two) => one.start - two.start || one.index - two.index;
    this.roots.sort(inTime);
    for (const node of this.nodes) node.children.sort(inTime);
  }

  /** Under its parent, or nowhere: a parent that is missing or a circle leaves a root. */
  hang(node) {
    const twins = this.byID.get(node.span.spanId);
    const client = node.span.kind === "server" ? twins.find((each) => each.span.kind === "client") : null;
    const parents = client ? [client] : this.byID.get(node.span.parentSpanId) ?? [];
    const parent = parents.find((each) => each.span.kind === "server") ?? parents[0];
    node.isDetached = !parent && Boolean(node.span.parentSpanId);
    if (!parent || parent === node) return false;
    for (let above = parent; above; above = above.parent) if (above === node) return false;
    node.parent = parent;
    parent.children.push(node);
    return true;
  }

  /** A server can't have begun before it was called: such clocks are moved, and what they measured goes with them. */
  correct() {
    const waiting = [...this.roots].reverse();
    while (waiting.length > 0) {
      const node = waiting.pop();
      const { parent } = node;
      if (parent) {
        const isOneProcess = parent.service === node.service && (parent.span.instance ?? "") === (node.span.instance ?? "");
        node.shift = isOneProcess ? parent.shift : this.skew(node, parent);
      }
      for (let index = node.children.length - 1; index >= 0; index -= 1) waiting.push(node.children[index]);
    }
    for (const node of this.nodes) node.start += node.shift;
  }

  skew(node, parent) {
    if (node.span.kind !== "server" || parent.span.kind !== "client") return parent.shift && node.span.kind === "server" ? parent.shift : 0;
    const start = parent.start + parent.shift;
    const isWithin = node.start >= start && node.start + node.duration <= start + parent.duration;
    if (isWithin) return 0;
    const slack = parent.duration - node.duration;
    return slack >= 0 ? start + slack / 2 - node.start : node.start < start ? start - node.start : 0;
  }

  measure() {
    this.from = Math.min(...[0], ...chunks(this.nodes, (node) => node.start));
    this.to = Math.max(1, ...chunks(this.nodes, (node) => node.start + node.duration, Math.max));
    this.isCorrected = this.nodes.some((node) => node.shift !== 0);
    for (const node of this.nodes) node.mark = this.marks.get(node.span.spanId) ?? null;
    // Whoever leads to something that matters isn't folded away.
    for (const node of this.nodes) {
      if (!node.mark) continue;
      for (let above = node; above && !above.leads; above = above.parent) above.leads = true;
    }
  }

  /** The rows that are to be seen, in order, without recursion: traces can be ten thousand spans deep. */
  rows() {
    const rows = [];
    const waiting = [];
    const later = (entries, depth) => { for (let index = entries.length - 1; index >= 0; index -= 1) waiting.push({ ...entries[index], depth }); };
    later(this.roots.map((node) => ({ node })), 0);
    while (waiting.length > 0) {
      const entry = waiting.pop();
      rows.push(entry);
      if (entry.group) {
        if (this.open.has(entry.key)) later(entry.group.map((node) => ({ node })), entry.depth + 1);
      } else if (!this.closed.has(entry.node.index)) later(folded(entry.node), entry.depth + 1);
    }
    return rows;
  }

  isOpen(row) { return row.group ? this.open.has(row.key) : row.node.children.length > 0 && !this.closed.has(row.node.index); }
  canOpen(row) { return Boolean(row.group) || row.node.children.length > 0; }

  toggle(row) {
    const [set, key] = row.group ? [this.open, row.key] : [this.closed, row.node.index];
    if (set.has(key)) set.delete(key); else set.add(key);
  }

  /** Opens whatever hides a span. */
  unfold(node) {
    for (let above = node.parent, child = node; above; child = above, above = above.parent) {
      this.closed.delete(above.index);
      const group = folded(above).find((each) => each.group?.includes(child));
      if (group) this.open.add(group.key);
    }
  }
}

function chunks(list, pick, join = Math.min) {
  const results = [];
  for (let at = 0; at < list.length; at += 5000) results.push(join(...list.slice(at, at + 5000).map(pick)));
  return results;
}

/** The children, where many of the same kind are one entry. */
function folded(node) {
  if (node.children.length < repeatsMin) return node.children.map((child) => ({ node: child }));
  const groups = new Map();
  for (const child of node.children) {
    const key = child.leads ? `alone ${child.index}` : [child.service, child.operation, child.span.kind, child.code].join("\u0001");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(child);
  }
  return [...groups].flatMap(([key, group]) => group.length < repeatsMin
    ? group.map((child) => ({ node: child })) : [{ group, node: group[0], key: `${node.index}\u0001${key}` }])
    .sort((one, two) => one.node.start - two.node.start || one.node.index - two.node.index);
}

/** What the verdict says of single spans. */
function marksOf(verdict) {
  const marks = new Map();
  const at = (id) => {
    if (!marks.has(id)) marks.set(id, {});
    return marks.get(id);
  };
  for (const chain of verdict.chains ?? []) {
    if (!["masked", "degraded", "suspect", "failed"].includes(chain.disposition)) continue;
    for (const id of chain.spans) at(id).chain = chain.disposition;
    if (chain.maskPoint) at(chain.maskPoint.spanId).mask = chain.disposition;
    if (chain.origin && !chain.origin.traceId) at(chain.origin.spanId).origin = chain.origin.peer ? chain.origin.service : true;
  }
  for (const edge of verdict.edges ?? []) at(edge.spanId).edge = edge;
  return marks;
}
