// Numbers and times in words that fit a column.

const pad = (number, width = 2) => String(number).padStart(width, "0");

export function duration(nanoseconds) {
  const value = Number(nanoseconds);
  if (!Number.isFinite(value)) return "\u2013";
  if (value < 1e3) return `${Math.round(value)} ns`;
  if (value < 1e6) return `${trimmed(value / 1e3)} \u00b5s`;
  if (value < 1e9) return `${trimmed(value / 1e6)} ms`;
  if (value < 60e9) return `${trimmed(value / 1e9)} s`;
  return span(value / 1e9);
}

const trimmed = (value) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));

function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

export function count(value) {
  if (value === null || value === undefined) return "\u2013";
  const number = Number(value);
  if (Math.abs(number) >= 1e6) return `${(number / 1e6).toFixed(1)} M`;
  if (Math.abs(number) >= 1e5) return `${Math.round(number / 1e3)} k`;
  return number.toLocaleString("en", { maximumFractionDigits: number < 10 ? 1 : 0 });
}

/** A rate as people read success: the nearer to all, the more digits count. */
export function percent(rate) {
  if (rate === null || rate === undefined) return "\u2013";
  const value = rate * 100;
  if (value === 100 || value === 0) return `${value} %`;
  if (value > 99.9) return `${Math.min(value, 99.999).toFixed(3)} %`;
  return value > 90 || value < 10 ? `${value.toFixed(2)} %` : `${value.toFixed(1)} %`;
}

/** The distance of two rates, in percentage points. */
export function points(gap) {
  if (gap === null || gap === undefined) return "\u2013";
  const value = gap * 100;
  if (value === 0) return "0 pp";
  if (value < 0.01) return "< 0.01 pp";
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} pp`;
}

export const perMinute = (rate) => (rate === null || rate === undefined ? "\u2013" : `${count(rate)}/min`);

export const milliseconds = (time) => Date.parse(String(time ?? ""));

/** Nanoseconds since the epoch, exact. */
export function nanoseconds(time) {
  const match = /^(\d+-\d+-\d+T\d+:\d+:\d+)(?:\.(\d{1,9}))?Z$/.exec(String(time));
  if (!match) return 0n;
  return BigInt(Date.parse(match[1] + "Z")) * 1000000n + BigInt((match[2] ?? "").padEnd(9, "0"));
}

export const rfc = (date) => new Date(date).toISOString().replace(/\.(\d{3})Z$/, ".$1000000Z");

export function ago(time, now = Date.now()) {
  const at = milliseconds(time);
  if (!Number.isFinite(at)) return "\u2013";
  const seconds = Math.max(0, (now - at) / 1000);
  return seconds < 2 ? "now" : `${span(seconds)} ago`;
}

export function clock(time) {
  const date = new Date(milliseconds(time));
  if (Number.isNaN(date.getTime())) return "\u2013";
  const hours = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return Date.now() - date.getTime() < 20 * 3600e3
    ? hours : `${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${hours}`;
}

export function tick(at, wide) {
  const date = new Date(at);
  const hours = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  return wide ? `${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${hours}` : hours;
}

export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
