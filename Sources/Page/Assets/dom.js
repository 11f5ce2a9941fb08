// Elements, made without ever parsing text: strings become text nodes, nothing else.

const svgNames = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, to] of Object.entries(value)) element.style.setProperty(name, to);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
export const s = (tag, properties, ...children) =>
  fill(document.createElementNS(svgNames, tag), properties, children);

/** Puts other content in place; whoever had the focus keeps it where the same thing is still there. */
export function put(element, ...children) {
  const held = element.contains(document.activeElement) ? document.activeElement : null;
  const key = held?.dataset?.key ?? held?.getAttribute("href") ?? held?.id;
  element.replaceChildren();
  append(element, children);
  if (!key) return;
  const same = [...element.querySelectorAll("a[href],button,input,select,[data-key]")]
    .find((each) => key === (each.dataset.key ?? each.getAttribute("href") ?? each.id));
  same?.focus({ preventScroll: true });
}

export function announce(text) {
  document.getElementById("announce").textContent = text;
}

/** Calls after a pause in a burst of events. */
export function settled(milliseconds, body) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => body(...values), milliseconds);
  };
}

export async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
    announce("Copied");
  } catch {
    button.textContent = "not allowed";
    announce("The browser did not allow copying");
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}
