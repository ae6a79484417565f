// One message as a bubble, a card or a line.

import { fill, h, keep } from "../dom.js";
import { changed, state } from "../state.js";
import { t } from "../text.js";
import { formatted } from "./entities.js";
import { icon, withStars } from "./icons.js";
import { inlineKeyboard } from "./keyboards.js";
import { copy } from "./links.js";
import { file, photo } from "./media.js";
import { brief, day, dayOf, fullName, hour, serviceText } from "./names.js";
import { confirm, menu, refused } from "./over.js";
import { number, stars } from "./pay.js";
import { doAs, tg } from "./world.js";

/** All messages of a chat into `list`, with a line where a day begins. */
export function drawMessages(list, chat) {
  const nodes = [];
  let before = null;
  for (const message of chat.messages) {
    const date = dayOf(message.date);
    if (before === null || date !== dayOf(before.date)) {
      nodes.push(keep(`tg-day-${tg.me}-${chat.id}-${date}`, [state.lang], () => h("div.service.day", null, h("span", null, day(message.date)))));
    }
    nodes.push(one(chat, message, before));
    before = message;
  }
  fill(list, nodes);
}

const from = (message) => message.sender_chat?.id ?? message.from?.id;

function one(chat, message, before) {
  const near = before !== null && from(before) === from(message) && message.date - before.date < 300 && serviceText(before) === null;
  const waits = [...tg.waiting.keys()].filter((key) => key.startsWith(`${chat.id}/${message.message_id}/`));
  const facts = [state.lang, near, message, waits, chat.can_post];
  return keep(`tg-msg-${tg.me}-${chat.id}-${message.message_id}`, facts, () => {
    const service = serviceText(message);
    if (service !== null) return h("div.service", { "data-message": message.message_id }, h("span", null, withStars(service)));
    const side = message.out && chat.type !== "channel" ? ".out" : ".in";
    return h(`div.message${side}${near ? ".near" : ""}`, { "data-message": message.message_id, oncontextmenu: (event) => openMenu(event, chat, message) },
      h("div.message-box", null, bubble(chat, message, near), inlineKeyboard(chat, message)),
      h("button.plain.message-more", { type: "button", ariaLabel: t("tg_more"), "data-focus": `more-${message.message_id}`, onclick: (event) => openMenu(event, chat, message) }, icon("more")));
  });
}

function bubble(chat, message, near) {
  const text = message.text ?? message.caption;
  const named = chat.type !== "private" && !message.out && !near;
  return h(`div.bubble${message.invoice ? ".with-card" : ""}`, null,
    named ? h("div.sender", null, message.sender_chat?.title ?? fullName(message.from ?? { first_name: chat.title })) : null,
    message.forward_origin ? h("div.forwarded", null, t("tg_forwarded", { name: origin(message.forward_origin) })) : null,
    message.reply_to_message ? quote(message.reply_to_message) : null,
    message.invoice ? invoice(message.invoice) : null,
    message.photo ? photo(message.photo) : null,
    message.document ? file(message.document) : null,
    message.gift || message.unique_gift ? gift(message) : null,
    text === undefined ? null : h("div.text-body", null, ...formatted(text, message.entities ?? message.caption_entities)),
    text === undefined && !known(message) ? h("div.text-body.quiet", null, t("tg_unsupported")) : null,
    h("span.meta", null, message.edit_date ? h("span", null, t("tg_edited")) : null, h("time", null, hour(message.date))));
}

const known = (message) => ["invoice", "photo", "document", "gift", "unique_gift"].some((kind) => message[kind] !== undefined);

function origin(from) {
  return from.sender_user ? fullName(from.sender_user) : (from.chat?.title ?? from.sender_chat?.title ?? from.sender_user_name ?? "");
}

function quote(message) {
  const name = message.from ? fullName(message.from) : (message.sender_chat?.title ?? "");
  return h("button.quote.plain", { type: "button", onclick: (event) => goTo(event.currentTarget, message.message_id) }, h("b", null, name), h("span", null, brief(message)));
}

function goTo(here, id) {
  const target = here.closest(".messages")?.querySelector(`[data-message="${id}"]`);
  if (target === null || target === undefined) return;
  target.scrollIntoView({ block: "center" });
  target.classList.remove("found");
  requestAnimationFrame(() => target.classList.add("found"));
}

function invoice(card) {
  return h("div.invoice", null,
    h("div.invoice-price", null, card.currency === "XTR" ? stars(card.total_amount) : `${number(card.total_amount / 100)} ${card.currency}`),
    h("b", null, card.title),
    h("span", null, card.description));
}

function gift(message) {
  const price = message.gift?.gift?.star_count;
  const sign = message.gift?.gift?.sticker?.emoji;
  return h("div.gift", null, sign === undefined ? icon("gift") : h("span.gift-sign", null, sign), h("b", null, t("tg_gift")), price === undefined ? null : stars(price), message.gift?.text ? h("span", null, ...formatted(message.gift.text, message.gift.entities)) : null);
}

function openMenu(event, chat, message) {
  event.preventDefault();
  const text = message.text ?? message.caption;
  const about = (edit) => () => {
    tg.about = { chat: chat.id, message: message.message_id, edit };
    if (edit) tg.drafts.set(chat.id, text);
    changed();
    requestAnimationFrame(() => document.querySelector(".phone .entry")?.focus());
  };
  menu(t("tg_more"), [
    chat.can_post ? [icon("reply"), t("tg_reply"), about(false)] : null,
    text === undefined ? null : [icon("copy"), t("tg_copy"), () => copy(text)],
    message.out && message.text !== undefined ? [icon("edit"), t("tg_edit"), about(true)] : null,
    chat.type === "private" || message.out ? [icon("trash"), t("tg_delete"), () => remove(chat, message), "danger"] : null,
  ]);
}

async function remove(chat, message) {
  if (!(await confirm(t("tg_delete"), brief(message), t("tg_delete"), "danger"))) return;
  const answer = await doAs("delete", { chat: chat.id, message: message.message_id });
  if (!answer.ok) refused(answer);
}
