// How people, bots and chats are called and drawn.

import { h } from "../dom.js";
import { now, state } from "../state.js";
import { clockTime, personName, t } from "../text.js";
import { oneLine } from "./entities.js";
import { botOf, tg } from "./world.js";

const people = () => tg.people ?? [];

/** First and last name, in letters that the reader knows when it is one of the demo's people. */
export function fullName(user) {
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
  return people().some((person) => person.id === user.id) ? personName(name) : name;
}

export function firstName(user) {
  return people().some((person) => person.id === user.id) ? personName(user.first_name) : user.first_name;
}

export function avatar(id, name, size = "") {
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? "").join("").slice(0, 2).toUpperCase();
  const at = people().findIndex((person) => person.id === id);
  const tone = at >= 0 ? at : Math.abs(Number(String(id).slice(-3))) % 8;
  return h(`span.tg-avatar.tone${tone % 8}${size}`, { ariaHidden: "true" }, letters);
}

export function title(chat) {
  return chat.title ?? botOf(chat.id)?.first_name ?? String(chat.id);
}

/** What stands below the name of a chat. */
export function subtitle(chat, bot) {
  if (chat?.blocked) return t("tg_blocked");
  if (bot !== undefined) return t("tg_bot");
  if (chat?.type === "channel") return t("tg_channel");
  if (chat?.type === "group" || chat?.type === "supergroup") return t("tg_group");
  return "";
}

const hour = (seconds) => clockTime(seconds * 1000, false);
const dayOf = (seconds) => new Date(seconds * 1000).toDateString();

export function day(seconds) {
  return new Intl.DateTimeFormat(state.lang === "ru" ? "ru" : "en-GB", { day: "numeric", month: "long" }).format(new Date(seconds * 1000));
}

export { dayOf, hour };

/** The hour today, else the day. */
export function when(seconds, today = now() / 1000) {
  return dayOf(seconds) === dayOf(today) ? hour(seconds) : day(seconds);
}

export const price = (amount) => `${new Intl.NumberFormat(state.lang).format(amount)} ⭐`;

/** What a service message says; `null` for a message of somebody. */
export function serviceText(message) {
  const users = (list) => list.map(fullName).join(", ");
  if (message.successful_payment) return t("tg_s_paid", { price: price(message.successful_payment.total_amount), title: paidFor(message) });
  if (message.refunded_payment) return t("tg_s_refund", { price: price(message.refunded_payment.total_amount) });
  if (message.new_chat_members) return t("tg_s_joined", { who: users(message.new_chat_members) });
  if (message.left_chat_member) return t("tg_s_left", { who: fullName(message.left_chat_member) });
  if (message.channel_chat_created) return t("tg_s_channel");
  if (message.group_chat_created || message.supergroup_chat_created) return t("tg_s_group");
  if (message.new_chat_title) return t("tg_s_title", { title: message.new_chat_title });
  if (message.pinned_message) return t("tg_s_pinned");
  if (message.web_app_data) return t("tg_s_data", { button: message.web_app_data.button_text });
  if (message.write_access_allowed) return t("tg_s_write");
  return null;
}

/** The payment names no title; the invoice before it does. */
function paidFor(message) {
  const invoice = message.invoice ?? message.reply_to_message?.invoice;
  return invoice?.title ?? (botOf(message.chat?.id) ? botOf(message.chat.id).first_name : t("tg_invoice"));
}

/** One line that stands for the message in lists and quotes. */
export function brief(message) {
  const text = oneLine(message);
  if (text !== "") return text;
  if (message.invoice) return `${t("tg_invoice")}: ${message.invoice.title}`;
  if (message.photo) return t("tg_photo");
  if (message.document) return message.document.file_name ?? t("tg_file");
  if (message.gift || message.unique_gift) return t("tg_gift");
  return serviceText(message) ?? t("tg_unsupported");
}
