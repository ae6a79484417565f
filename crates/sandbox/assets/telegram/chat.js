// One chat on the screen: head, messages, and what one can do at the foot.

import { fill, h, keep } from "../dom.js";
import { changed, state } from "../state.js";
import { t } from "../text.js";
import { openApp } from "./app.js";
import { icon } from "./icons.js";
import { drawReplyKeyboard, foldKeyboard, isFolded, replyKeyboard } from "./keyboards.js";
import { openChat, say, start } from "./links.js";
import { chatMenu } from "./manage.js";
import { drawMessages } from "./message.js";
import { avatar, brief, subtitle, title } from "./names.js";
import { menu, refused } from "./over.js";
import { botOf, chatOf, doAs, tg } from "./world.js";

const list = h("div.messages", { tabIndex: 0, role: "log" });
const toEnd = h("button.plain.round.to-end", { type: "button", onclick: () => { list.scrollTop = list.scrollHeight; } }, icon("down"));
const middle = h("div.chat-middle", null, list, toEnd);

const fromEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight;
let atEnd = true;
list.addEventListener("scroll", () => {
  atEnd = fromEnd() < 60;
  toEnd.hidden = fromEnd() < 150;
});
// A picture that has come makes its message taller.
list.addEventListener("load", () => {
  if (atEnd) list.scrollTop = list.scrollHeight;
}, true);
// What grows at the foot pushes the last message up, not out of sight.
new ResizeObserver(() => {
  if (atEnd) list.scrollTop = list.scrollHeight;
}).observe(list);

/** What was drawn last: another chat begins at its end, a new message is followed there. */
let drawn = { key: "", last: 0 };

export function drawChat(box) {
  const chat = chatOf(tg.open);
  const bot = botOf(tg.open);
  const name = chat === undefined ? bot.first_name : title(chat);
  // An element that was away has forgotten its place.
  if (!middle.isConnected) drawn = { key: "", last: 0 };
  fill(box, keep(`tg-head-${tg.me}-${tg.open}`, [state.lang, name, chat?.blocked, chat?.type, bot?.username], () => head(chat, bot, name)),
    middle, ...foot(chat, bot));
  drawMiddle(chat, bot, name);
}

function drawMiddle(chat, bot, name) {
  list.ariaLabel = name;
  toEnd.ariaLabel = t("tg_to_end");
  const key = `${tg.me}/${tg.open}`;
  const message = chat?.messages.at(-1);
  const follow = key !== drawn.key || atEnd || (message?.out && message.message_id > drawn.last);
  if (chat === undefined || chat.messages.length === 0) {
    fill(list, bot === undefined ? null : keep(`tg-about-${bot.id}`, [state.lang, bot], () =>
      h("div.about-bot", null, avatar(bot.id, bot.first_name, ".large"), h("b", null, t("tg_what")), h("p", null, bot.description || t("tg_what_nothing")))));
  } else {
    drawMessages(list, chat);
  }
  if (follow) list.scrollTop = list.scrollHeight;
  atEnd = fromEnd() < 60;
  toEnd.hidden = fromEnd() < 150;
  drawn = { key, last: message?.message_id ?? 0 };
}

function head(chat, bot, name) {
  return h("header.phone-head", null,
    h("button.plain.round", { type: "button", ariaLabel: t("tg_back"), "data-focus": "tg-back", onclick: () => openChat(null) }, icon("back")),
    avatar(tg.open, name, ".small"),
    h("div.head-name", null, h("h2", null, name), h("small", null, subtitle(chat, bot))),
    h("button.plain.round", { type: "button", ariaLabel: t("tg_more"), onclick: () => menu(name, entries(chat, bot)) }, icon("more")));
}

function entries(chat, bot) {
  if (bot === undefined) return chat.can_post && chat.type !== "private" ? chatMenu(chat) : [[icon("check"), t("tg_read_only"), () => {}]];
  return [
    [icon("menu"), t("tg_commands"), () => commands(bot)],
    chat === undefined ? null : chat.blocked
      ? [icon("check"), t("tg_unblock"), () => block(bot, "unblock")]
      : [icon("block"), t("tg_block"), () => block(bot, "block"), "danger"],
  ];
}

async function block(bot, type) {
  const answer = await doAs(type, { bot: bot.id });
  if (!answer.ok) refused(answer);
}

function commands(bot) {
  menu(t("tg_commands"), bot.commands.map(({ command, description }) => [h("code", null, `/${command}`), description, () => say(`/${command}`, tg.open)]));
}

function foot(chat, bot) {
  if (bot !== undefined && (chat === undefined || chat.started === false || chat.blocked || tg.starts.has(bot.id))) {
    const word = chat?.blocked ? "tg_unblock" : "tg_start";
    return [keep(`tg-start-${bot.id}`, [state.lang, word], () =>
      h("footer.phone-foot", null, h("button.wide.start", { type: "button", "data-focus": "tg-start", onclick: () => (word === "tg_unblock" ? block(bot, "unblock") : start(bot.id)) }, t(word))))];
  }
  if (!chat.can_post) return [keep("tg-read-only", [state.lang], () => h("footer.phone-foot.read-only", null, t("tg_read_only")))];
  const keyboard = replyKeyboard(chat);
  const withKeys = keyboard !== null && keyboard.rows.length > 0;
  const open = withKeys && !isFolded(chat, keyboard);
  const about = tg.about?.chat === chat.id ? tg.about : null;
  return [
    about === null ? null : aboutLine(chat, about),
    keep(`tg-entry-${tg.me}-${chat.id}`, [state.lang, chat.type, bot?.menu_button, bot?.commands, withKeys && keyboard.message, open, keyboard?.hint, about], () => entry(chat, bot, keyboard, withKeys)),
    open ? keep(`tg-keys-${tg.me}-${chat.id}`, [state.lang, keyboard.message, keyboard.rows], () => drawReplyKeyboard(chat, keyboard)) : null,
  ];
}

function aboutLine(chat, about) {
  const message = chat.messages.find((other) => other.message_id === about.message);
  return keep("tg-about-line", [state.lang, about, message], () =>
    h("div.about-line", null, icon(about.edit ? "edit" : "reply"), h("span", null, message === undefined ? "" : brief(message)),
      h("button.plain.round", { type: "button", ariaLabel: t("tg_cancel"), onclick: () => dropAbout(chat) }, icon("close"))));
}

function dropAbout(chat) {
  if (tg.about?.edit) tg.drafts.delete(chat.id);
  tg.about = null;
  changed();
}

function entry(chat, bot, keyboard, withKeys) {
  const hint = keyboard?.hint || t(chat.type === "channel" ? "tg_post" : "tg_message");
  const text = h("textarea.entry", { rows: 1, placeholder: hint, ariaLabel: hint, maxLength: 4096, "data-focus": "tg-entry", value: tg.drafts.get(chat.id) ?? "" });
  const offers = h("div.offers", { role: "listbox", ariaLabel: t("tg_commands"), hidden: true });
  const send = h("button.plain.round.send", { type: "submit", ariaLabel: t("tg_send") }, icon("send"));
  const typed = () => {
    if (text.value === "") tg.drafts.delete(chat.id);
    else tg.drafts.set(chat.id, text.value);
    send.classList.toggle("ready", text.value.trim() !== "");
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
    offer(offers, bot, text.value);
  };
  const submit = async (event) => {
    event?.preventDefault();
    const value = text.value.trim();
    if (value === "") return;
    text.value = "";
    typed();
    if (!(await say(value, chat.id))) tg.drafts.set(chat.id, value);
  };
  text.addEventListener("input", typed);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    if (event.key === "Escape" && tg.about !== null) dropAbout(chat);
  });
  requestAnimationFrame(typed);
  return h("form.phone-foot", { onsubmit: submit }, offers, menuButton(chat, bot), text,
    withKeys ? h("button.plain.round", { type: "button", ariaLabel: t("tg_keyboard"), ariaPressed: String(!isFolded(chat, keyboard)), onclick: () => foldKeyboard(chat, keyboard) }, icon("keyboard")) : null, send);
}

function menuButton(chat, bot) {
  if (bot === undefined) return null;
  const button = bot.menu_button ?? { type: "default" };
  if (button.type === "web_app") {
    return h("button.menu-button", { type: "button", onclick: () => openMenuApp(bot) }, icon("app"), h("span", null, button.text ?? t("tg_open")));
  }
  if (bot.commands.length === 0) return null;
  return h("button.menu-button", { type: "button", ariaLabel: t("tg_commands"), onclick: () => commands(bot) }, icon("menu"));
}

async function openMenuApp(bot) {
  const answer = await doAs("open_web_app", { bot: bot.id });
  if (answer.ok) await openApp({ ...answer.data, bot: bot.id });
  else refused(answer);
}

/** Commands that begin with what is typed. */
function offer(box, bot, typed) {
  const fits = /^\/\w*$/.test(typed) ? (bot?.commands ?? []).filter(({ command }) => command.startsWith(typed.slice(1))) : [];
  box.hidden = fits.length === 0;
  fill(box, fits.map(({ command, description }) =>
    h("button.plain", { type: "button", role: "option", onclick: () => { tg.drafts.delete(tg.open); box.parentElement.querySelector("textarea").value = ""; box.hidden = true; say(`/${command}`); } }, h("b", null, `/${command}`), h("span", null, description))));
}
