// Names that come from data: shown as they are, and never able to be anything but text.
import { h, copy } from "./dom.js";

const escapes = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const shownMax = 160;

/** Control characters and marks that turn the direction of text become visible words. */
export const visible = (text) => String(text ?? "").replace(escapes, (each) =>
  `\u2039${each === "\u0000" ? "NUL" : "U+" + each.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}\u203a`);

/** The beginning, never half a character. */
export function cut(text, max = shownMax) {
  const raw = String(text ?? "");
  if (raw.length <= max) return visible(raw);
  const end = /[\ud800-\udbff]/.test(raw[max - 1]) ? max - 1 : max;
  return visible(raw.slice(0, end)) + "\u2026";
}

/** A name in the middle of other words, with a direction of its own. */
export const name = (text, max = shownMax, kind = "name") => {
  const raw = String(text ?? "");
  return h("bdi", { class: kind, title: raw.length > max ? cut(raw, 600) : null }, cut(raw, max));
};

/** The same, with the whole on demand where it is cut. */
export function wholeName(text, max = shownMax) {
  const raw = String(text ?? "");
  if (raw.length <= max) return name(raw, max);
  const count = raw.length.toLocaleString("en");
  return h("span", {}, name(raw, max), " ",
    h("button", { type: "button", class: "quiet small", onclick: () => showWhole(raw) }, `all ${count} characters`));
}

const wholeMax = 200000;

export function showWhole(raw) {
  const close = () => dialog.close();
  const copyButton = h("button", { type: "button", onclick: (event) => copy(raw, event.currentTarget) }, "Copy");
  const dialog = h("dialog", { class: "whole", "aria-label": "The whole text" },
    h("pre", { tabindex: "0" }, cut(raw, wholeMax)),
    h("p", { class: "actions" }, copyButton, h("button", { type: "button", onclick: close }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** The last part says most: production/shop/bff is bff where room is scarce. */
export function serviceName(service, max = 48) {
  const raw = String(service ?? "");
  const parts = raw.split("/");
  const short = parts.length === 3 && parts[2] ? parts[2] : raw;
  return h("bdi", { class: "name service", title: cut(raw, 600) }, cut(short, max));
}

export const shortService = (service) => {
  const parts = String(service ?? "").split("/");
  return parts.length === 3 && parts[2] ? parts[2] : String(service ?? "");
};

/** A point of a chain: its service and what it did there. */
export const place = (point, max = 80) =>
  point ? h("span", { class: "place" }, serviceName(point.service), " ", name(point.operation ?? point.route, max)) : "\u2013";

export const edgeName = (edge, max = 80) =>
  edge ? h("span", { class: "place" }, serviceName(edge.service), " ", name(edge.route, max)) : h("span", { class: "dim" }, "no edge");

export const encoded = (text) => encodeURIComponent(String(text ?? "").toWellFormed());
