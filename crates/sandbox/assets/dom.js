// Elements from data. Text only ever becomes text nodes, so nothing that people write is markup.

/** `h("button.primary", { onclick, type: "button" }, "Text", child, null)` */
export function h(tag, properties, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "vars") for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
    else if (key in element && key !== "list" && key !== "form") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what `parent` holds, keeping the elements that stay and where the keyboard is. */
export function fill(parent, ...children) {
  const wanted = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  const present = [...parent.childNodes];
  if (present.length === wanted.length && present.every((node, i) => node === wanted[i])) return;
  const focused = document.activeElement;
  const name = parent.contains(focused) ? focused.dataset.focus : undefined;
  parent.replaceChildren(...wanted);
  if (name !== undefined && !parent.contains(document.activeElement)) {
    // A button that has done its work may be gone; then on to the thing it belonged to.
    const next = parent.querySelector(`[data-focus="${CSS.escape(name)}"]`) ?? parent.querySelector("[aria-expanded=true]");
    next?.focus({ preventScroll: true });
  }
}

/** Makes an element anew only when `facts` have changed since the last time under `key`. */
const made = new Map();
export function keep(key, facts, make) {
  const signature = JSON.stringify(facts);
  const known = made.get(key);
  if (known?.signature === signature) return known.element;
  const element = make();
  made.set(key, { signature, element });
  return element;
}

/** A random string of `length` letters and digits, for idempotency keys. */
export function token(length) {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return [...crypto.getRandomValues(new Uint8Array(length))].map((byte) => letters[byte & 31]).join("");
}
