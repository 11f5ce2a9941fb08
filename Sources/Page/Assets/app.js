// The frame of the page: which view an address means, and what all views share.
import { h, put, announce } from "./dom.js";
import { ask, token, keepToken, forgetToken, whenTokenIsWanted } from "./api.js";
import { problemPanel } from "./parts.js";
import { count } from "./format.js";
import * as overview from "./overview.js";

const views = {
  "": () => overview,
  patterns: () => import("./patterns.js"),
  pattern: () => import("./pattern.js"),
  traces: () => import("./traces.js"),
  trace: () => import("./trace.js"),
  routes: () => import("./routes.js"),
  route: () => import("./routes.js"),
  map: () => import("./map.js"),
  live: () => import("./live.js"),
  alerts: () => import("./alerts.js"),
  alert: () => import("./alerts.js"),
};
const tabOf = { "": "", pattern: "patterns", trace: "traces", route: "routes", alert: "alerts" };

const main = document.getElementById("main");
const notice = document.getElementById("notice");
let current = null;

function parse(hash) {
  const [path, text = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const query = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    query[key] = key in query ? [query[key], value].flat() : value;
  }
  const parts = path.split("/").map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  return { parts, path, query };
}

function written(path, query) {
  const items = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const each of [value].flat()) if (each !== null && each !== undefined && each !== "") items.append(key, each);
  }
  const text = items.toString();
  return `#/${path}${text ? "?" + text : ""}`;
}

/** What a view knows of the page: its address, how to change it, and when it is over. */
class Context {
  constructor(address) {
    Object.assign(this, address);
    this.over = new AbortController();
    this.signal = this.over.signal;
    this.root = h("div", { class: "view" });
  }

  link(changes) { return written(this.path, { ...this.query, ...changes }); }

  /** A change of a filter is a step that the back button takes back. */
  change(changes) { location.hash = this.link(changes); }

  /** A change that is no step: what is selected, what is open. */
  note(changes) {
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) delete this.query[key]; else this.query[key] = value;
    }
    history.replaceState(history.state, "", written(this.path, this.query));
  }

  title(text) {
    document.title = text ? `${text} \u00b7 Unmask` : "Unmask";
  }

  atEnd(body) { this.signal.addEventListener("abort", body, { once: true }); }

  /** While somebody looks. */
  every(milliseconds, body) {
    const timer = setInterval(() => { if (!document.hidden) body(); }, milliseconds);
    this.atEnd(() => clearInterval(timer));
  }

  well() { notice.hidden = true; }

  unwell() {
    put(notice, "The collector does not answer. What is shown is the last that came.");
    notice.hidden = false;
  }
}

async function show() {
  const address = parse(location.hash);
  const first = current === null;
  const samePage = current?.path === address.path;
  current?.over.abort();
  const ctx = current = new Context(address);
  const word = address.parts[0];
  for (const link of document.querySelectorAll("#views a")) {
    const isHere = link.getAttribute("href") === `#/${tabOf[word] ?? word}`;
    if (isHere) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    if (isHere) link.parentElement.scrollLeft = link.offsetLeft - 80;
  }
  document.body.dataset.view = word || "overview";
  try {
    const view = await (views[word] ?? missing)();
    if (ctx.signal.aborted) return;
    ctx.title(view.title ?? "");
    put(main, ctx.root);
    if (!samePage) scrollTo(0, 0);
    await view.show(ctx);
    if (!first && !samePage && !ctx.signal.aborted && !main.contains(document.activeElement)) {
      main.focus({ preventScroll: true });
      announce(document.title);
    }
  } catch (problem) {
    if (!ctx.signal.aborted) put(main, problemPanel(problem, show));
  }
}

const missing = () => ({
  title: "Nothing here",
  show: (ctx) => put(ctx.root, h("div", { class: "empty" }, h("strong", {}, "There is nothing under this address"), h("p", {}, h("a", { href: "#/" }, "To the overview")))),
});

// --- the search field ---

document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = document.getElementById("query").value.trim();
  if (/^[0-9a-f]{16,32}$/i.test(text)) location.hash = `#/trace/${text.toLowerCase()}`;
  else if (text) location.hash = written("traces", { text });
});

// --- colours ---

const themes = ["auto", "light", "dark"];
const themeButton = document.getElementById("theme");

function themed(choice) {
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  themeButton.textContent = choice[0].toUpperCase() + choice.slice(1);
  themeButton.setAttribute("aria-label", `Colours: ${choice === "auto" ? "as the system" : choice}`);
}

themeButton.addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  const next = themes[(themes.indexOf(now) + 1) % themes.length];
  themed(next);
  try { localStorage.setItem("unmask-theme", next); } catch { announce("The browser does not keep the choice"); }
});
themed(document.documentElement.dataset.theme ?? "auto");

// --- keys ---

const keys = { o: "#/", p: "#/patterns", t: "#/traces", r: "#/routes", m: "#/map", l: "#/live", a: "#/alerts" };
let going = 0;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,select,textarea,dialog")) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("query").focus();
  } else if (event.key === "?") help();
  else if (event.key === "g") going = Date.now();
  else if (keys[event.key] && Date.now() - going < 1500) { going = 0; location.hash = keys[event.key]; }
});

function help() {
  const lines = [
    ["/", "search"], ["g then o p t r m l a", "go to overview, patterns, traces, routes, map, live, alerts"],
    ["\u2191 \u2193", "in a trace: the span before, the next"], ["\u2190 \u2192", "in a trace: close, open"],
    ["Enter", "in a trace: what is known of the span"], ["?", "this list"],
  ];
  const dialog = h("dialog", { "aria-label": "Keys" }, h("h2", {}, "Keys"),
    h("dl", { class: "keys" }, lines.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)))),
    h("p", { class: "actions" }, h("button", { type: "button", onclick: () => dialog.close() }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// --- the token ---

let tokenWanted = null;

whenTokenIsWanted((wasRefused) => {
  tokenWanted ??= new Promise((resolve) => {
    forgetToken();
    const input = h("input", { id: "token", type: "password", autocomplete: "off", required: true });
    const form = h("form", { class: "token", onsubmit: (event) => {
      event.preventDefault();
      keepToken(input.value.trim());
      tokenWanted = null;
      dialog.close();
      resolve();
    } },
    h("h2", {}, "This collector asks for its token"),
    h("p", {}, wasRefused ? "The token that was given is not the collector's." : "It is kept for this tab alone, until the tab is closed."),
    h("label", { for: "token" }, "Token"), input,
    h("p", { class: "actions" }, h("button", { type: "submit", class: "primary" }, "Go on")));
    const dialog = h("dialog", { "aria-label": "The collector's token" }, form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
  return tokenWanted;
});

// --- the foot: who answers ---

async function foot() {
  try {
    const status = await ask("status");
    put(document.getElementById("foot"), h("span", {}, `Unmask ${status.version ?? ""}`),
      status.spans !== undefined && h("span", {}, `${count(status.spans)} spans in memory`),
      status.traces !== undefined && h("span", {}, `${count(status.traces)} traces`),
      h("button", { type: "button", class: "quiet small", onclick: help }, "Keys"),
      token() && h("button", { type: "button", class: "quiet small", onclick: () => { forgetToken(); location.reload(); } }, "Forget the token"));
  } catch {
    put(document.getElementById("foot"), h("span", {}, "The collector does not say how it is"));
  }
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", show);
show();
foot();
setInterval(() => { if (!document.hidden) foot(); }, 30000);
