// Channels and groups of one's own: making them, and giving a bot its rights there.

import { h } from "../dom.js";
import { t } from "../text.js";
import { openChat } from "./links.js";
import { menu, refused, show, toast } from "./over.js";
import { icon } from "./icons.js";
import { doAs, reload, tg } from "./world.js";

export function newChat() {
  menu(t("tg_new"), [
    [icon("plus"), t("tg_new_channel"), () => form("create_channel", "tg_new_channel")],
    [icon("plus"), t("tg_new_group"), () => form("create_group", "tg_new_group")],
  ]);
}

function form(type, label) {
  const title = h("input", { required: true, maxLength: 128, placeholder: t("tg_chat_title"), ariaLabel: t("tg_chat_title"), "data-first": "" });
  const username = h("input", { placeholder: t("tg_chat_name"), ariaLabel: t("tg_chat_name"), maxLength: 32, pattern: "[A-Za-z]\\w{4,31}" });
  const fields = [title, type === "create_channel" ? username : null];
  show("alert", t(label), (close) =>
    h("form.over-form", { onsubmit: (event) => { event.preventDefault(); create(type, title.value, username.value, close); } },
      h("h2", null, t(label)), ...fields,
      h("div.over-buttons", null,
        h("button.plain.cancel", { type: "button", onclick: () => close() }, t("tg_cancel")),
        h("button.plain", { type: "submit" }, t("tg_create")))));
}

async function create(type, title, username, close) {
  const answer = await doAs(type, { title, ...(username === "" ? {} : { username }) });
  if (!answer.ok) {
    refused(answer);
    return;
  }
  close();
  const id = answer.data.chat?.id ?? answer.data.chat ?? answer.data.id;
  if (tg.view.chats.has(id)) openChat(id);
  else await reload().then(() => openChat(id));
}

/** What a bot needs to run advertising in a channel. */
const rights = { can_post_messages: true, can_edit_messages: true, can_delete_messages: true, can_invite_users: true };

export function chatMenu(chat) {
  return [
    [icon("check"), t("tg_add_bot"), () => chooseBot("tg_add_bot", (bot) => promote(chat, bot))],
    [icon("trash"), t("tg_remove_bot"), () => chooseBot("tg_remove_bot", (bot) => report(doAs("remove_member", { chat: chat.id, user: bot.id }))), "danger"],
  ];
}

function chooseBot(label, action) {
  menu(t(label), tg.view.bots.map((bot) => [icon("app"), bot.first_name, () => action(bot)]));
}

async function promote(chat, bot) {
  // A channel takes a bot only as an administrator; a group has to take it in first.
  if (chat.type !== "channel") await doAs("add_member", { chat: chat.id, user: bot.id });
  await report(doAs("set_admin", { chat: chat.id, user: bot.id, rights }));
}

async function report(doing) {
  const answer = await doing;
  if (answer.ok) toast(t("tg_done"));
  else refused(answer);
}
