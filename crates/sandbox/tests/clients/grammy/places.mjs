// Channels, the bot's own profile, files.

import assert from "node:assert/strict";
import { InputFile } from "grammy";
import { flow, refuses } from "./flows.mjs";

// Hands over one thing after another.
function queue() {
  const things = [];
  const waiting = [];
  return {
    put: (thing) => (waiting.length ? waiting.shift()(thing) : things.push(thing)),
    get: () => (things.length ? things.shift() : new Promise((resolve) => waiting.push(resolve))),
  };
}

flow("channel", async (world) => {
  const bot = world.grammy();
  const seen = queue();
  bot.on("channel_post", (ctx) => seen.put(["post", ctx.channelPost]));
  bot.on("edited_channel_post", (ctx) => seen.put(["edited", ctx.editedChannelPost]));
  bot.on("my_chat_member", (ctx) => seen.put([ctx.myChatMember.new_chat_member.status, ctx.chat]));
  await world.poll(bot);
  const { api } = bot;
  const owner = await world.phone("channel_owner");
  const username = `grammy_${world.bot}_channel`;
  const chat = (await owner.act("create_channel", { title: "News", username })).chat.id;
  const rights = { can_post_messages: true, can_edit_messages: true, can_delete_messages: true };
  await owner.act("set_admin", { chat, user: world.bot, rights });
  const [status, place] = await seen.get();
  assert.deepEqual([status, place.id, place.type], ["administrator", chat, "channel"]);
  const sent = await api.sendMessage(`@${username}`, "first post");
  assert.deepEqual([sent.chat.id, sent.sender_chat.id, sent.from], [chat, chat, undefined]);
  assert.ok((await api.editMessageText(chat, sent.message_id, "mended")).edit_date);
  const own = (await owner.act("post", { chat, text: "owner's" })).message.message_id;
  let [what, post] = await seen.get();
  assert.deepEqual([what, post.text, post.message_id], ["post", "owner's", own]);
  await owner.act("edit", { chat, message: own, text: "owner's, mended" });
  [what, post] = await seen.get();
  assert.deepEqual([what, post.text], ["edited", "owner's, mended"]);
  await owner.start(world.bot);
  const origin = (await api.forwardMessage(owner.id, chat, own)).forward_origin;
  assert.deepEqual([origin.type, origin.chat.id, origin.message_id], ["channel", chat, own]);
  const me = await api.getChatMember(chat, world.bot);
  assert.deepEqual([me.status, me.can_post_messages], ["administrator", true]);
  const admins = await api.getChatAdministrators(chat);
  assert.deepEqual(admins.map((one) => one.status).sort(), ["administrator", "creator"]);
  assert.equal(await api.getChatMemberCount(chat), 2);
  assert.equal((await api.getChat(chat)).username, username);
  await owner.act("remove_member", { chat, user: world.bot });
  [what] = await seen.get();
  assert.ok(["left", "kicked"].includes(what), what);
  await refuses(api.sendMessage(chat, "and now?"), 403, "Forbidden: bot ");
  const gone = "Bad Request: message to forward not found";
  await refuses(api.forwardMessage(owner.id, chat, own), 400, gone);
});

flow("commands menu and profile", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  const command = (description) => [{ command: "help", description }];
  const scope = { type: "all_private_chats" };
  assert.equal(await api.setMyCommands(command("How")), true);
  await api.setMyCommands(command("Как"), { scope, language_code: "ru" });
  assert.deepEqual(await api.getMyCommands(), command("How"));
  assert.deepEqual(await api.getMyCommands({ scope, language_code: "ru" }), command("Как"));
  const shown = await phone.shownBot(world.bot);
  assert.deepEqual(shown.commands.map((one) => one.description), ["Как"]);
  await api.deleteMyCommands({ scope, language_code: "ru" });
  assert.deepEqual(await api.getMyCommands({ scope, language_code: "ru" }), []);
  const menu_button = { type: "web_app", text: "Shop", web_app: { url: "https://app.example.org/" } };
  await api.setChatMenuButton({ chat_id: phone.id, menu_button });
  assert.deepEqual(await api.getChatMenuButton({ chat_id: phone.id }), menu_button);
  assert.deepEqual((await phone.shownBot(world.bot)).menu_button, menu_button);
  await api.setMyName("Tea shop");
  assert.equal((await api.getMyName()).name, "Tea shop");
  await api.setMyDescription("Sells tea");
  assert.equal((await api.getMyDescription()).description, "Sells tea");
  await refuses(api.setMyCommands([{ command: "No Spaces", description: "x" }]), 400, "BOT_COMMAND_INVALID");
});

flow("files", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  const table = new InputFile(Buffer.from("a,b\n"), "t.csv");
  const sent = await api.sendDocument(phone.id, table, { caption: "*a table*", parse_mode: "MarkdownV2" });
  assert.deepEqual([sent.document.file_name, sent.document.file_size], ["t.csv", 4]);
  assert.deepEqual([sent.caption, sent.caption_entities[0].type], ["a table", "bold"]);
  const file = await api.getFile(sent.document.file_id);
  const got = await fetch(`${world.api}/file/bot${world.token}/${file.file_path}`);
  assert.equal(await got.text(), "a,b\n");
  const again = await api.sendDocument(phone.id, sent.document.file_id);
  assert.equal(again.document.file_unique_id, sent.document.file_unique_id);
});
