// Text with entities as elements. The text only ever becomes text nodes.

import { h } from "../dom.js";
import { t } from "../text.js";
import { pressLink, sendCommand } from "./links.js";

const simple = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote", expandable_blockquote: "blockquote" };

const blocks = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** Nodes of `text`; offsets and lengths count UTF-16 units, as JavaScript does. */
export function formatted(text, entities = []) {
  const sorted = entities
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .map((entity) => ({ ...entity, end: Math.min(text.length, entity.offset + entity.length) }))
    .sort((a, b) => a.offset - b.offset || b.end - a.end);
  return piece(text, sorted, 0, text.length);
}

/** What lies between `from` and `to`. One that reaches over the end of another is cut there. */
function piece(text, entities, from, to) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.end, to);
    i += 1;
    if (start >= end) continue;
    const block = blocks.has(entity.type);
    // A block begins and ends a line by itself; the line breaks around it would be empty lines.
    const before = text.slice(at, start);
    if (before !== "") nodes.push(block ? before.replace(/\n$/, "") : before);
    const inner = [];
    while (i < entities.length && entities[i].offset < end) inner.push(entities[i++]);
    nodes.push(wrapped(entity, text.slice(start, end), piece(text, inner, start, end)));
    at = block && text[end] === "\n" && end < to ? end + 1 : end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrapped(entity, text, inner) {
  switch (entity.type) {
    case "pre":
      return h("pre", null, h("code", null, ...inner));
    case "spoiler":
      return spoiler(inner);
    case "text_link":
      return link(entity.url, inner);
    case "url":
      return link(/^[a-z]+:/i.test(text) ? text : `https://${text}`, inner);
    case "mention":
      return link(`https://t.me/${text.slice(1)}`, inner);
    case "email":
      return link(`mailto:${text}`, inner);
    case "phone_number":
      return link(`tel:${text.replace(/[^+\d]/g, "")}`, inner);
    case "bot_command":
      return h("button.link.command", { type: "button", onclick: () => sendCommand(text) }, ...inner);
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return h("span.tinted", null, ...inner);
    default:
      return simple[entity.type] === undefined ? h("span", null, ...inner) : h(simple[entity.type], null, ...inner);
  }
}

function spoiler(inner) {
  const hidden = h("span.under", { ariaHidden: "true" }, ...inner);
  const cover = h("button.spoiler", { type: "button", ariaLabel: t("tg_hidden") }, hidden);
  cover.addEventListener("click", () => cover.replaceWith(h("span.spoiler-open", null, ...hidden.childNodes)), { once: true });
  return cover;
}

/** Nothing but these becomes a link: `javascript:` stays text. */
const allowed = ["https:", "http:", "tg:", "mailto:", "tel:", "ton:"];

function link(url, inner) {
  let scheme = "";
  try {
    scheme = new URL(url).protocol;
  } catch {
    // Not an address.
  }
  if (!allowed.includes(scheme)) return h("span", null, ...inner);
  const onclick = (event) => {
    event.preventDefault();
    pressLink(url);
  };
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick }, ...inner);
}

/** One line for the list of chats and for quotes. */
export function oneLine(message) {
  const text = message.text ?? message.caption ?? "";
  return text.replace(/\s+/g, " ").trim().slice(0, 140);
}
