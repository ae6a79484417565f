// Words, buttons, conversations.

import assert from "node:assert/strict";
import { conversations, createConversation } from "@grammyjs/conversations";
import { InlineKeyboard, Keyboard, session } from "grammy";
import { flow, refuses, texts } from "./flows.mjs";

// Entities as in the file of texts.
const spots = (entities) =>
  entities.map(({ type, offset, length, ...more }) => [type, offset, length, more]);

flow("me and wrong tokens", async (world) => {
  const bot = world.grammy();
  const me = await bot.api.getMe();
  assert.deepEqual([me.id, me.is_bot, me.username], [world.bot, true, world.username]);
  await bot.init();
  assert.equal(bot.isInited(), true);
  await refuses(world.grammy({}, `${world.bot}:wrong`).api.getMe(), 401, "Unauthorized");
  await refuses(bot.api.raw.sendNothing({}), 404, "Not Found");
});

flow("start and deep link", async (world) => {
  const bot = world.grammy();
  bot.command("start", async (ctx) => {
    const name = `${ctx.from.first_name} ${ctx.from.last_name}`;
    const text = ctx.match ? `came for ${ctx.match}` : `Hello, <b>${name}</b>`;
    await ctx.reply(text, { parse_mode: "HTML" });
  });
  await world.poll(bot);
  const phone = await world.phone();
  await phone.start(world.bot);
  const hello = await phone.message(world.bot, "Hello");
  assert.equal(hello.entities[0].type, "bold");
  const link = `https://t.me/${world.username}?start=order_7`;
  const { start } = await phone.act("follow", { link });
  assert.deepEqual(start, { bot: world.bot, payload: "order_7" });
  await phone.start(start.bot, start.payload);
  await phone.message(world.bot, "came for order_7");
});

flow("html and markdown", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  const html = await api.sendMessage(phone.id, texts.html, { parse_mode: "HTML" });
  assert.equal(html.text, texts.html_text);
  assert.deepEqual(spots(html.entities), texts.html_entities);
  const markdown = await api.sendMessage(phone.id, texts.markdown, { parse_mode: "MarkdownV2" });
  assert.equal(markdown.text, texts.markdown_text);
  assert.deepEqual(spots(markdown.entities), texts.markdown_entities);
  const again = await api.sendMessage(phone.id, markdown.text, { entities: markdown.entities });
  assert.deepEqual(spots(again.entities), texts.markdown_entities);
});

flow("broken markup", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  for (const [mode, cases] of [["HTML", texts.broken_html], ["MarkdownV2", texts.broken_markdown]]) {
    for (const [text, said] of cases) {
      await refuses(api.sendMessage(phone.id, text, { parse_mode: mode }), 400, `Bad Request: ${said}`);
    }
  }
  await refuses(api.sendMessage(phone.id, ""), 400, "Bad Request: message text is empty");
  await refuses(api.sendMessage(phone.id, "x".repeat(4097)), 400, "Bad Request: message is too long");
});

flow("inline keyboard", async (world) => {
  const bot = world.grammy();
  const vote = new InlineKeyboard().text("toast", "vote:1").text("alert", "vote:2").row().text("edit", "edit");
  bot.command("start", (ctx) => ctx.reply("Vote", { reply_markup: vote }));
  bot.callbackQuery(/^vote:(\d)$/, async (ctx) => {
    await ctx.answerCallbackQuery({ text: `number ${ctx.match[1]}`, show_alert: ctx.match[1] === "2" });
  });
  bot.callbackQuery("edit", async (ctx) => {
    const edited = await ctx.editMessageText("Voted", { reply_markup: new InlineKeyboard().text("done") });
    assert.ok(edited.edit_date && edited.text === "Voted");
    await ctx.answerCallbackQuery();
  });
  bot.on("callback_query:data", async (ctx) => {
    await ctx.editMessageReplyMarkup();
    await ctx.answerCallbackQuery("unknown");
  });
  await world.poll(bot);
  const phone = await world.phone();
  await phone.start(world.bot);
  const asked = await phone.message(world.bot, "Vote");
  const toast = await phone.tapAndSee(world.bot, asked, "toast");
  assert.deepEqual([toast.text, toast.show_alert], ["number 1", false]);
  const alert = await phone.tapAndSee(world.bot, asked, "alert");
  assert.deepEqual([alert.text, alert.show_alert], ["number 2", true]);
  await phone.tapAndSee(world.bot, asked, "edit");
  const voted = await phone.edited(world.bot, "Voted");
  await phone.tapAndSee(world.bot, voted, "done");
  assert.equal((await phone.edited(world.bot, "Voted")).reply_markup, undefined);
  const old = "query is too old and response timeout expired or query ID is invalid";
  await refuses(bot.api.answerCallbackQuery("1234567890"), 400, `Bad Request: ${old}`);
});

flow("edit without a change", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  const reply_markup = new InlineKeyboard().url("site", "https://example.org/");
  const { message_id: id } = await api.sendMessage(phone.id, "same", { reply_markup });
  const same = `Bad Request: ${texts.not_modified}`;
  await refuses(api.editMessageText(phone.id, id, "same", { reply_markup }), 400, same);
  await refuses(api.editMessageReplyMarkup(phone.id, id, { reply_markup }), 400, same);
  const edited = await api.editMessageText(phone.id, id, "other", { reply_markup });
  assert.ok(edited.edit_date && edited.reply_markup.inline_keyboard[0][0].url);
  await refuses(api.editMessageText(phone.id, 99_999, "x"), 400, "message to edit not found");
});

flow("reply keyboard", async (world) => {
  const bot = world.grammy();
  const keyboard = new Keyboard().text("Tea").text("Coffee").resized();
  bot.command("start", (ctx) => ctx.reply("Choose", { reply_markup: keyboard }));
  bot.hears("Tea", async (ctx) => {
    const reply_parameters = { message_id: ctx.msg.message_id };
    await ctx.reply("Here is tea", { reply_markup: { remove_keyboard: true }, reply_parameters });
  });
  await world.poll(bot);
  const phone = await world.phone();
  await phone.start(world.bot);
  const asked = await phone.message(world.bot, "Choose");
  await phone.act("keyboard", { chat: world.bot, text: asked.reply_markup.keyboard[0][0].text });
  const removed = await phone.message(world.bot, "Here is tea");
  assert.equal(removed.reply_to_message.text, "Tea");
  assert.deepEqual(removed.reply_markup, { remove_keyboard: true });
});

flow("forward copy delete", async (world) => {
  const { api } = world.grammy();
  const anna = await world.phone("customer");
  const boris = await world.phone("executor");
  await anna.start(world.bot);
  await boris.start(world.bot);
  const own = await anna.send(world.bot, "pass it on");
  const forwarded = await api.forwardMessage(boris.id, anna.id, own.message_id);
  assert.equal(forwarded.forward_origin.type, "user");
  assert.equal(forwarded.forward_origin.sender_user.id, anna.id);
  const { message_id: id } = await api.copyMessage(boris.id, anna.id, own.message_id);
  const isCopy = (event) => event.chat === world.bot && event.message.message_id === id;
  const copy = (await boris.event("the copy", "message", isCopy)).message;
  assert.equal(copy.forward_origin, undefined);
  assert.equal(await api.deleteMessage(boris.id, id), true);
  await boris.deleted(world.bot, id);
  await refuses(api.deleteMessage(boris.id, 99_999), 400, "message to delete not found");
  await refuses(api.forwardMessage(anna.id, boris.id, 99_999), 400, "message to forward not found");
  await refuses(api.copyMessage(anna.id, boris.id, 99_999), 400, "message to copy not found");
});

flow("conversation and middleware", async (world) => {
  const bot = world.grammy();
  bot.use(session({ initial: () => ({ seen: 0 }) }));
  bot.use((ctx, next) => ((ctx.session.seen += 1), next()));
  bot.use(conversations());
  bot.use(
    createConversation(async (conversation, ctx) => {
      await ctx.reply("Your name?");
      const name = (await conversation.waitFor("message:text")).msg.text;
      await ctx.reply("Your age?");
      const otherwise = (other) => other.reply("A number, please");
      const age = await conversation.waitForHears(/^\d+$/, { otherwise });
      const seen = await conversation.external((outside) => outside.session.seen);
      await ctx.reply(`${name}, ${age.match[0]}, after ${seen}`);
    }, "form"),
  );
  bot.command("form", (ctx) => ctx.conversation.enter("form"));
  await world.poll(bot);
  const fill = async (phone, name) => {
    let last;
    for (const [text, answer] of [["/form", "name"], [name, "age"], ["old", "number"], ["33", ", 33"]]) {
      await phone.send(world.bot, text);
      last = await phone.message(world.bot, answer);
    }
    return last.text;
  };
  const people = [await world.phone("customer"), await world.phone("executor")];
  const filled = await Promise.all(people.map((phone, i) => fill(phone, "AB"[i])));
  assert.deepEqual(filled, ["A, 33, after 4", "B, 33, after 4"]);
});
