// Where links, buttons and commands lead.

import { changed } from "../state.js";
import { t } from "../text.js";
import { openApp } from "./app.js";
import { confirm, refused, toast } from "./over.js";
import { pay } from "./pay.js";
import { awaitAnswer, botOf, chatOf, doAs, readOpen, tg, took } from "./world.js";

/** Puts a chat, or a bot without one, on the screen. */
export function openChat(id) {
  tg.moved = tg.open ?? id;
  tg.open = id;
  tg.about = null;
  changed();
  readOpen();
}

/** Is it a link inside Telegram? */
export function isOurs(url) {
  return /^(tg:|https?:\/\/(www\.)?(t|telegram)\.me\/)/i.test(url);
}

/** The link of an invoice, whichever way it is written; null if it is none. */
export function invoiceLink(url) {
  const slug = /^https?:\/\/t\.me\/(?:\$|invoice\/)([\w-]+)/i.exec(url)?.[1] ?? /^tg:\/\/invoice\?slug=([\w-]+)/i.exec(url)?.[1];
  return slug === undefined ? null : `https://t.me/$${slug}`;
}

export async function pressLink(url) {
  const invoice = invoiceLink(url);
  if (invoice !== null) {
    await pay({ link: invoice });
    return;
  }
  if (!isOurs(url)) {
    await outside(url);
    return;
  }
  const answer = await doAs("follow", { link: url });
  if (answer.ok) await led(answer.data, botNamed(/\.me\/(\w+)/i.exec(url)?.[1]));
  else refused(answer);
}

/** A link that leaves the phone is shown before it is opened. */
export async function outside(url) {
  let address;
  try {
    address = new URL(url, location.href);
  } catch {
    return;
  }
  if (!["http:", "https:", "mailto:", "tel:"].includes(address.protocol)) {
    toast(t("tg_nothing_opens"));
    return;
  }
  if (await confirm(t("tg_open_link"), address.href, t("tg_open"))) window.open(address.href, "_blank", "noopener");
}

/** The id of the bot with this public name. */
function botNamed(name) {
  return tg.view.bots.find((bot) => bot.username.toLowerCase() === name?.toLowerCase())?.id;
}

/** Does what a press on a button of `bot`, or a link to it, led to. */
async function led(to, bot) {
  if (to.open !== undefined) await outside(to.open);
  else if (to.start !== undefined) await leadToBot(to.start);
  else if (to.web_app !== undefined) await openApp({ ...to.web_app, bot });
  else if (to.invoice !== undefined) await pay(to);
  else if (to.chat !== undefined) openChat(to.chat);
}

async function leadToBot({ bot, payload }) {
  const known = typeof bot === "number" ? bot : botNamed(bot);
  if (known === undefined) return;
  // As the real one: the chat opens, and Start sends what the link brought.
  if (payload) tg.starts.set(known, payload);
  openChat(known);
}

/** A button below a message. */
export async function pressButton(chat, message, row, column, button) {
  if (button.copy_text !== undefined) {
    await copy(button.copy_text.text);
    return;
  }
  if (message.reply_markup === undefined && message.invoice) {
    // Its button is of the phone, not of the message.
    await pay({ chat, message: message.message_id, invoice: message.invoice });
    return;
  }
  const key = `${chat}/${message.message_id}/${row}/${column}`;
  if (tg.waiting.has(key)) return;
  tg.waiting.set(key, Date.now());
  changed();
  const answer = await doAs("press", { chat, message: message.message_id, row, column });
  if (answer.ok && answer.data.callback_query_id !== undefined) {
    awaitAnswer(key, answer.data.callback_query_id);
    return;
  }
  tg.waiting.delete(key);
  changed();
  if (answer.ok) await led(answer.data, botOf(message.from?.id)?.id ?? botOf(chat)?.id);
  else refused(answer);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("tg_copied"));
  } catch {
    toast(t("tg_not_copied"));
  }
}

export async function start(bot) {
  const payload = tg.starts.get(bot);
  tg.starts.delete(bot);
  const answer = await doAs("start", payload === undefined ? { bot } : { bot, payload });
  if (!answer.ok) {
    refused(answer);
    return;
  }
  const chat = answer.data.chat?.id ?? answer.data.chat ?? bot;
  took(answer, chat);
  if (tg.open === bot) openChat(chat);
  changed();
}

/** Sends a text to the chat on the screen. */
export async function say(text, chat = tg.open) {
  if (text.trim() === "") return false;
  const about = tg.about?.chat === chat ? tg.about : null;
  const answer =
    about?.edit === true
      ? await doAs("edit", { chat, message: about.message, text })
      : chatOf(chat)?.type === "channel"
        ? await doAs("post", { chat, text })
        : await doAs("send", { chat, text, ...(about === null ? {} : { reply_to: about.message }) });
  if (!answer.ok) {
    refused(answer);
    return false;
  }
  if (tg.about === about) tg.about = null;
  took(answer, chat);
  changed();
  return true;
}

/** A command that was tapped in a text. */
export function sendCommand(text) {
  if (chatOf(tg.open)?.can_post) say(text);
  else if (botOf(tg.open) !== undefined && text.startsWith("/start")) start(tg.open);
}
