// The list of chats, and below it the bots that one can start.

import { fill, h, keep } from "../dom.js";
import { state } from "../state.js";
import { t } from "../text.js";
import { icon, starSign } from "./icons.js";
import { openChat } from "./links.js";
import { newChat } from "./manage.js";
import { avatar, brief, firstName, serviceText, title, when } from "./names.js";
import { show } from "./over.js";
import { number, stars, topUp } from "./pay.js";
import { tg } from "./world.js";

export function drawChats(box) {
  const { view } = tg;
  const head = keep(`tg-list-head-${tg.me}`, [state.lang, view?.me.stars], () =>
    h("header.phone-head", null,
      h("h2", null, t("tg_chats")),
      view === null ? null : h("button.plain.purse", { type: "button", onclick: purse, ariaLabel: `${t("tg_balance")}: ${number(view.me.stars)} ${t("tg_stars")}` }, starSign(), number(view.me.stars)),
      h("button.plain.round", { type: "button", ariaLabel: t("tg_new"), onclick: newChat }, icon("plus"))));
  fill(box, head, view === null ? keep("tg-list-wait", [state.lang], () => h("p.phone-note", null, t("tg_loading"))) : list());
}

/** A list that stays, so that it keeps its place when something is new. */
const rows = h("div.chat-list", { onscroll: () => { if (rows.isConnected) place = rows.scrollTop; } });
let place = 0;

function list() {
  const { chats, bots } = tg.view;
  const last = (chat) => chat.messages.at(-1)?.date ?? 0;
  const sorted = [...chats.values()].sort((a, b) => last(b) - last(a));
  const fresh = bots.filter((bot) => !chats.has(bot.id));
  rows.ariaLabel = t("tg_chats");
  fill(rows,
    sorted.map(chatRow),
    fresh.length === 0 ? null : keep("tg-fresh-head", [state.lang, sorted.length === 0], () =>
      h("div.chat-section", null, sorted.length === 0 ? h("p", null, t("tg_no_chats")) : null, h("h3", null, t("tg_bots")))),
    fresh.map(botRow));
  if (!rows.isConnected) requestAnimationFrame(() => { rows.scrollTop = place; });
  return rows;
}

function chatRow(chat) {
  const message = chat.messages.at(-1);
  const draft = tg.drafts.get(chat.id);
  return keep(`tg-row-${tg.me}-${chat.id}`, [state.lang, { ...chat, messages: null }, message, draft], () =>
    row(chat.id, title(chat),
      message === undefined ? null : h("time", null, when(message.date)),
      message === undefined ? "" : who(chat, message) + brief(message),
      chat.unread));
}

function who(chat, message) {
  if (serviceText(message) !== null) return "";
  if (message.out && chat.type !== "channel") return `${t("tg_you")}: `;
  return chat.type === "private" || chat.type === "channel" || message.from === undefined ? "" : `${firstName(message.from)}: `;
}

function botRow(bot) {
  return keep(`tg-bot-${tg.me}-${bot.id}`, [state.lang, bot], () =>
    row(bot.id, bot.first_name, null, bot.description?.split("\n")[0] ?? `@${bot.username}`, 0));
}

function row(id, name, time, line, unread) {
  return h("button.chat-row.plain", { type: "button", "data-focus": `chat-${id}`, "data-chat": id, onclick: () => openChat(id) },
    avatar(id, name),
    h("span.chat-name", null, h("b", null, name), time),
    h("span.chat-line", null, h("span", null, line), unread === 0 ? null : h("span.badge", null, String(unread))));
}

/** What the person has, and more of it: these Stars cost nothing. */
function purse() {
  show("sheet", t("tg_balance"), (close) =>
    h("div.pay", null,
      h("button.plain.round.corner", { type: "button", ariaLabel: t("tg_close"), onclick: () => close() }, icon("close")),
      h("div.pay-coin", null, starSign()),
      h("h2", null, stars(tg.view.me.stars)),
      h("p.pay-what", null, t("tg_stars_add")),
      h("div.pay-short", null, [50, 100, 500].map((amount) =>
        h("button.wide.soft", { type: "button", onclick: () => topUp(amount, close) }, starSign(), ` +${number(amount)}`)))));
}
