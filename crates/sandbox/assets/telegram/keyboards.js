// The buttons that bots show: below a message, and in the place of the keyboard.

import { h } from "../dom.js";
import { changed } from "../state.js";
import { t } from "../text.js";
import { openApp } from "./app.js";
import { icon, withStars } from "./icons.js";
import { pressButton, say } from "./links.js";
import { price } from "./names.js";
import { refused } from "./over.js";
import { botOf, doAs, tg } from "./world.js";

/** The keyboard below a message; an invoice without one has a button to pay all the same. */
export function inlineKeyboard(chat, message) {
  let rows = message.reply_markup?.inline_keyboard;
  if ((rows === undefined || rows.length === 0) && message.invoice) {
    rows = [[{ text: t("tg_pay", { price: price(message.invoice.total_amount) }), pay: true }]];
  }
  if (rows === undefined || rows.length === 0) return null;
  return h("div.inline-keyboard", null, rows.map((row, r) =>
    h("div.inline-row", null, row.map((button, c) => inlineButton(chat, message, button, r, c)))));
}

const signs = { url: "link", web_app: "app", copy_text: "copy" };

function inlineButton(chat, message, button, row, column) {
  const waits = tg.waiting.has(`${chat.id}/${message.message_id}/${row}/${column}`);
  const kind = Object.keys(signs).find((name) => button[name] !== undefined);
  return h(`button.inline-button${waits ? ".waits" : ""}`, {
    type: "button",
    ariaBusy: String(waits),
    "data-focus": `b-${message.message_id}-${row}-${column}`,
    onclick: () => pressButton(chat.id, message, row, column, button),
  },
    h("span", null, button.pay ? withStars(button.text) : button.text),
    waits ? h("i.spinner", { ariaHidden: "true" }) : kind === undefined ? null : icon(signs[kind]));
}

/** The keyboard that the last messages left: `{message, rows, once, hint}` or null. */
export function replyKeyboard(chat) {
  let shown = null;
  let hint = null;
  for (const message of chat.messages) {
    const markup = message.reply_markup;
    if (message.out) {
      if (shown?.once && shown.texts.has(message.text)) shown = null;
      continue;
    }
    if (markup === undefined) continue;
    if (markup.remove_keyboard) shown = null;
    if (markup.force_reply) hint = markup.input_field_placeholder ?? null;
    if (Array.isArray(markup.keyboard)) {
      const rows = markup.keyboard.map((row) => row.map((button) => (typeof button === "string" ? { text: button } : button)));
      const texts = new Set(rows.flat().map((button) => button.text));
      shown = { message: message.message_id, rows, texts, once: markup.one_time_keyboard === true, hint: markup.input_field_placeholder };
    }
  }
  return shown === null ? (hint === null ? null : { hint, rows: [] }) : shown;
}

export const isFolded = (chat, keyboard) => tg.folded.get(chat.id) === keyboard.message;

export function foldKeyboard(chat, keyboard) {
  if (isFolded(chat, keyboard)) tg.folded.delete(chat.id);
  else tg.folded.set(chat.id, keyboard.message);
  changed();
}

export function drawReplyKeyboard(chat, keyboard) {
  return h("div.reply-keyboard", { role: "group", ariaLabel: t("tg_keyboard") }, keyboard.rows.map((row) =>
    h("div.inline-row", null, row.map((button) =>
      h("button", { type: "button", onclick: () => press(chat, button) }, button.text, button.web_app ? icon("app") : null)))));
}

async function press(chat, button) {
  if (button.web_app === undefined) {
    await say(button.text, chat.id);
    return;
  }
  const answer = await doAs("open_web_app", { bot: chat.id, url: button.web_app.url });
  if (answer.ok) await openApp({ ...answer.data, bot: botOf(chat.id)?.id, button: button.text });
  else refused(answer);
}
