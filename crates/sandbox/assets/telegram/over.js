// What lies over the screen of the phone: toasts, alerts, questions, menus, sheets. One at a time
// gets the keyboard; Escape or a press beside it puts it away.

import { fill, h, keep } from "../dom.js";
import { changed, state } from "../state.js";
import { knows, t } from "../text.js";
import { hooks, tg } from "./world.js";

let last = 0;
let toasts = [];

/**
 * Shows what `make(close)` makes until it is closed; `close(value)` resolves the promise, a press
 * beside it does so with `undefined`. `kind` is `alert`, `menu` or `sheet`.
 */
export function show(kind, label, make) {
  return new Promise((resolve) => {
    const id = (last += 1);
    const before = document.activeElement;
    const close = (value) => {
      if (!tg.over.some((entry) => entry.id === id)) return;
      tg.over = tg.over.filter((entry) => entry.id !== id);
      resolve(value);
      changed();
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
    tg.over = [...tg.over, { id, kind, label, make, close, facts: 0 }];
    changed();
  });
}

/** Draws the topmost sheet anew. */
export function redraw(close) {
  for (const entry of tg.over) if (entry.close === close) entry.facts += 1;
  changed();
}

export function drawOver(box) {
  fill(
    box,
    tg.over.map((entry) => keep(`tg-over-${entry.id}`, [state.lang], () => layer(entry))),
    ...toasts.map((toast) => toast.element),
  );
  for (const entry of tg.over) {
    const body = box.querySelector(`[data-over="${entry.id}"]`);
    if (body.dataset.facts === String(entry.facts)) continue;
    const first = body.dataset.facts === undefined;
    body.dataset.facts = String(entry.facts);
    fill(body, entry.make(entry.close));
    if (first || !body.contains(document.activeElement)) focusIn(body);
  }
}

function focusIn(body) {
  const target = body.querySelector("[data-first]") ?? body.querySelector("input, button:not(.plain)") ?? body.querySelector("button") ?? body;
  target.focus({ preventScroll: true });
}

function layer(entry) {
  const body = h(`div.over-body.${entry.kind}`, { role: entry.kind === "menu" ? "menu" : "dialog", ariaModal: "true", ariaLabel: entry.label, tabIndex: -1, "data-over": entry.id });
  const onclick = (event) => event.target === event.currentTarget && entry.close();
  const onkeydown = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      entry.close();
    } else if (event.key === "Tab") {
      stayInside(event, body);
    } else if (entry.kind === "menu" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const items = [...body.querySelectorAll("button")];
      const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      items.at(next % items.length)?.focus();
    }
  };
  return h(`div.over-layer.for-${entry.kind}`, { onclick, onkeydown }, body);
}

function stayInside(event, body) {
  const stops = [...body.querySelectorAll("button:not(:disabled), input, a[href]")];
  if (stops.length === 0) return;
  const [first, end] = [stops[0], stops.at(-1)];
  if (event.shiftKey && (document.activeElement === first || document.activeElement === body)) {
    event.preventDefault();
    end.focus();
  } else if (!event.shiftKey && document.activeElement === end) {
    event.preventDefault();
    first.focus();
  }
}

/** A few words that go by themselves. */
export function toast(text) {
  const entry = { element: h("div.phone-toast", { role: "status" }, text) };
  toasts = [...toasts, entry].slice(-3);
  changed();
  setTimeout(() => {
    toasts = toasts.filter((other) => other !== entry);
    changed();
  }, 4000);
}

/** A window with buttons `{id, text, kind}`; the id of the pressed one. */
export function ask(title, text, buttons) {
  return show("alert", title || text, (close) => [
    title ? h("h2", null, title) : null,
    text ? h("p", null, text) : null,
    h("div.over-buttons", null, buttons.map(({ id, text: name, kind }) =>
      h(`button.plain.${kind ?? "normal"}`, { type: "button", onclick: () => close(id), "data-first": kind === "cancel" ? undefined : "" }, name))),
  ]);
}

export const alert = (text) => ask("", text, [{ id: "ok", text: t("tg_ok") }]);

export const confirm = (title, text, yes, kind) =>
  ask(title, text, [{ id: "no", text: t("tg_cancel"), kind: "cancel" }, { id: "yes", text: yes, kind }]).then((id) => id === "yes");

/** A list of things to do: `[icon, text, action, kind]`. */
export function menu(label, entries) {
  return show("menu", label, (close) =>
    entries.filter(Boolean).map(([sign, text, action, kind]) =>
      h(`button.plain.${kind ?? "normal"}`, { type: "button", role: "menuitem", onclick: () => { close(); action(); } }, sign, h("span", null, text))));
}

/** What the server refused, in a toast. */
export function refused(answer) {
  const { code, detail } = answer.data ?? {};
  toast(answer.status === 0 ? t("tg_off") : refusalText(code, detail ?? `HTTP ${answer.status}`));
}

/** What a code means, in the reader's language if we know it. */
export function refusalText(code, otherwise = code) {
  const key = `tg_c_${String(code).toLowerCase()}`;
  return knows(key) ? t(key) : otherwise;
}

hooks.answered = (answer) => {
  if (answer.text) {
    if (answer.show_alert) alert(answer.text);
    else toast(answer.text);
  }
  if (answer.url) import("./links.js").then((links) => links.pressLink(answer.url));
};
hooks.left = () => {
  toasts = [];
  for (const entry of [...tg.over]) entry.close();
};
