// Long lists: only the rows that can be seen are in the document.
import { h } from "./dom.js";

const spare = 8;

/**
 * A scrolled box of rows of one height. `draw(index)` makes a row; `near` is told when the end comes into sight.
 * The whole page scrolls where `box` is null.
 */
export function windowed({ height, total, draw, label, near, role = "table", heads, className = "" }) {
  const room = h("div", { class: "window-room", role: "rowgroup" });
  const head = heads && h("div", { role: "rowgroup", class: "window-heads" },
    h("div", { role: "row", class: "window-row head", "aria-rowindex": "1" },
      heads.map((each) => h("div", { role: "columnheader", class: each.kind ?? null }, each.text))));
  const root = h("div", { class: `window ${className}`, role, "aria-label": label, tabindex: role === "table" ? null : "0" }, head, room);
  let count = total;
  let drawn = new Map();
  let frame = 0;

  function bounds() {
    const box = room.getBoundingClientRect();
    const first = Math.max(0, Math.floor(-box.top / height) - spare);
    return [first, Math.min(count, Math.ceil((innerHeight - box.top) / height) + spare)];
  }

  function paint() {
    frame = 0;
    if (!root.isConnected) return;
    const [first, last] = bounds();
    for (const [index, row] of drawn) {
      if (index < first || index >= last) {
        if (row.contains(document.activeElement)) continue;
        row.remove();
        drawn.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) if (!drawn.has(index)) add(index);
    if (near && last >= count - 1) near();
  }

  function add(index) {
    const row = draw(index);
    row.style.setProperty("height", `${height}px`);
    row.style.setProperty("transform", `translateY(${index * height}px)`);
    row.setAttribute("aria-rowindex", String(index + (heads ? 2 : 1)));
    drawn.set(index, row);
    // In the order of reading, which is also that of the tab key.
    const next = [...room.children].find((each) => Number(each.getAttribute("aria-rowindex")) > index + (heads ? 2 : 1));
    room.insertBefore(row, next ?? null);
  }

  const later = () => { if (!frame) frame = requestAnimationFrame(paint); };

  function resize(now) {
    count = now;
    room.style.setProperty("height", `${count * height}px`);
    root.setAttribute("aria-rowcount", String(count + (heads ? 1 : 0)));
  }

  function renew(now = count) {
    resize(now);
    for (const row of drawn.values()) row.remove();
    drawn = new Map();
    paint();
  }

  /** Brings a row into sight. */
  function reveal(index) {
    const top = room.getBoundingClientRect().top + index * height;
    if (top < 120 || top > innerHeight - 80) scrollBy(0, top - innerHeight / 2);
    paint();
  }

  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  const end = () => { removeEventListener("scroll", later); removeEventListener("resize", later); };
  resize(count);
  requestAnimationFrame(paint);
  return { root, renew, resize: (now) => { resize(now); paint(); }, reveal, row: (index) => drawn.get(index), end };
}
