// What the verdicts' words mean, for people.
import { s, h } from "./dom.js";

// Each verdict has a shape of its own: colour only repeats what shape and word say.
const shapes = {
  masked: ["path", { d: "M8 1 15 8 8 15 1 8Z" }, "solid"],
  degraded: ["path", { d: "M8 2A6 6 0 0 1 8 14A6 6 0 0 1 8 2M8 3.4V12.6M10 3.6V12.4M12 5V11" }, "open"],
  suspect: ["path", { d: "M8 2 14 8 8 14 2 8Z" }, "open"],
  recovered: ["path", { d: "M13 8A5 5 0 1 1 10.5 3.7M10 1v3.2h3.4" }, "open"],
  failed: ["path", { d: "M4 4 12 12M12 4 4 12" }, "open"],
  refused: ["path", { d: "M3 8H13" }, "open"],
  aborted: ["path", { d: "M4 8H9M9 4V12" }, "open"],
  expected: ["path", { d: "M3 8 7 12 13 4" }, "open"],
  clean: ["path", { d: "M3 8 7 12 13 4" }, "open"],
  undetermined: ["circle", { cx: 8, cy: 8, r: 1.6 }, "solid"],
};

export function shape(verdict) {
  const [tag, properties, style] = shapes[verdict] ?? shapes.undetermined;
  return s("svg", { viewBox: "0 0 16 16", class: `shape ${style}`, "aria-hidden": "true" }, s(tag, properties));
}

export const verdictMeaning = {
  masked: "the caller was told success, and it was none",
  degraded: "something else stood in: a fallback, a stale or partial answer",
  suspect: "weak signs only",
  recovered: "a later attempt of the same call succeeded",
  failed: "the caller was told the truth: it failed",
  expected: "only what was meant to fail did",
  clean: "nothing failed",
  refused: "the request was refused, which is the caller's to mend",
  aborted: "the caller left before there was an answer",
  undetermined: "too little is known of the trace",
};

export const chip = (verdict) =>
  h("span", { class: `chip ${verdict}`, title: verdictMeaning[verdict] ?? null }, shape(verdict), verdict);

const kinds = {
  caught: "caught and dropped",
  ack_then_failed: "accepted, then failed",
  disguised_4xx: "disguised as a 4xx",
  contradiction: "contradicts itself",
  failed_after_headers: "failed after the headers",
  protocol_200: "error inside a 200",
  business_error: "business failure inside a success",
  partial_undeclared: "partial, and does not say so",
  error_page: "error page as a success",
  rewritten: "rewritten on the way",
  vanished_hop: "a usual step is missing",
  fallback: "a fallback stood in",
  stale: "a stale answer",
  partial: "a partial answer",
  default: "a default value",
  throttled: "throttled",
  slow: "too slow",
  fire_and_forget: "nobody waits for it",
};
export const kindWords = (kind) => (kind ? kinds[kind] ?? kind.replaceAll("_", " ") : "\u2013");
export const kindNames = Object.keys(kinds);

const classes = {
  http_5xx: "HTTP 5xx", http_4xx: "HTTP 4xx", throttled: "throttled", timeout: "timeout",
  timeout_late_success: "timeout, succeeded too late", connect: "no connection", tls: "TLS", db: "database",
  exception: "exception", business: "business failure", message: "message", vanished: "vanished",
  not_instrumented: "sends no spans", injected: "injected fault", unknown: "unknown cause",
};
export const classWords = (word) => !word ? "\u2013"
  : classes[word] ?? (word.startsWith("grpc_") ? `gRPC ${word.slice(5).toUpperCase()}` : word);

export const answerWords = (edge) => !edge ? "no answer"
  : edge.httpCode ? `answered ${edge.httpCode}` : edge.grpcCode ? `answered ${edge.grpcCode}`
    : edge.answeredOk ? "answered success" : "answered failure";

export const trendWords = { rising: "rising", steady: "steady", falling: "falling" };

export const stateWords = {
  provisional: "provisional: spans may still come", final: "final", revised: "revised by a later span",
};
