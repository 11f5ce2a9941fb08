// The one way to the collector. Every problem becomes an ApiProblem that a person can read.

const tokenKey = "unmask-token";
let asking = null;

export class ApiProblem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

export function token() {
  try { return sessionStorage.getItem(tokenKey) ?? ""; } catch { return ""; }
}

export function keepToken(text) {
  sessionStorage.setItem(tokenKey, text);
}

export function forgetToken() {
  sessionStorage.removeItem(tokenKey);
}

/** Called where the collector wants a token; resolves when there is one to try. */
export function whenTokenIsWanted(ask) {
  asking = ask;
}

export function address(path, query = {}) {
  const items = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined && each !== "") items.append(key, String(each));
    }
  }
  const text = items.toString();
  return `api/v1/${path}${text ? "?" + text : ""}`;
}

export async function ask(path, query, { signal, method = "GET", body } = {}) {
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address(path, query), {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new ApiProblem(0, "The collector does not answer", "It may be starting, stopping, or out of reach.");
  }
  if (answer.status === 401 && asking) {
    await asking(Boolean(token()));
    return ask(path, query, { signal, method, body });
  }
  if (!answer.ok) throw await problem(answer);
  return answer.status === 204 ? null : answer.json();
}

async function problem(answer) {
  const said = await answer.json().catch(() => ({}));
  return new ApiProblem(answer.status, said.title ?? `HTTP ${answer.status}`, said.detail ?? "");
}

/** Like ask, but null where the thing isn't there. */
export async function askOrNone(path, query, options) {
  try {
    return await ask(path, query, options);
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return null;
    throw problem;
  }
}

export function openStream(query) {
  return new EventSource(address("stream", { ...query, access_token: token() }));
}
