// What goes wrong, and webhooks.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { HttpError, webhookCallback } from "grammy";
import { flow, refuses, texts } from "./flows.mjs";

flow("blocked bot", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  const never = "Forbidden: bot can't initiate conversation with a user";
  await refuses(api.sendMessage(phone.id, "hello?"), 403, never);
  await phone.start(world.bot);
  await phone.act("block", { bot: world.bot });
  await refuses(api.sendMessage(phone.id, "hello?"), 403, "Forbidden: bot was blocked by the user");
  await phone.act("unblock", { bot: world.bot });
  await api.sendMessage(phone.id, "again");
  const updates = await api.getUpdates({ allowed_updates: ["my_chat_member"] });
  const statuses = updates.flatMap((one) => one.my_chat_member?.new_chat_member.status ?? []);
  assert.deepEqual(statuses, ["kicked", "member"]);
});

flow("flood", async (world) => {
  const { api } = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  const fault = { method: "sendMessage", count: 1 };
  await world.faults([{ ...fault, effect: "too_many", retry_after: 7 }], async () => {
    await assert.rejects(api.sendMessage(phone.id, "too fast"), (error) => {
      assert.deepEqual([error.error_code, error.parameters.retry_after], [429, 7]);
      return true;
    });
    await api.sendMessage(phone.id, "slower");
  });
  await world.faults([{ ...fault, effect: "cut_after" }], async () => {
    await assert.rejects(api.sendMessage(phone.id, "sent, and nobody knows"), HttpError);
  });
  assert.equal((await phone.message(world.bot)).text, "slower");
  await phone.message(world.bot, "nobody knows");
});

flow("chat not found", async (world) => {
  const { api } = world.grammy();
  for (const chat of [123_456_789, -1_001_234_567_890, "@no_such_channel_here"]) {
    await refuses(api.sendMessage(chat, "anybody?"), 400, "Bad Request: chat not found");
    await refuses(api.getChat(chat), 400, "Bad Request: chat not found");
  }
});

flow("polling conflict", async (world) => {
  // Two programs with one token: grammY ends the first one with its exception.
  const first = world.grammy();
  let ended;
  await new Promise((resolve) => {
    ended = first.start({ timeout: 20, onStart: resolve });
  });
  const phone = await world.phone();
  const second = world.grammy();
  const conflict = refuses(ended, 409, `Conflict: ${texts.terminated}`);
  const heard = new Promise((resolve) => second.on("message", (ctx) => resolve(ctx.msg.text)));
  // One of the two has polled first, and then it is that one that ends; so poll until it has.
  let over = false;
  conflict.finally(() => (over = true)).catch(() => {});
  while (!over) await world.grammy().api.getUpdates({ timeout: 0 });
  await conflict;
  await world.poll(second);
  await phone.start(world.bot);
  assert.equal(await heard, "/start");
});

flow("polling restarted", async (world) => {
  const heard = [];
  const listener = () => {
    const bot = world.grammy();
    const news = { until: null, done: null };
    bot.on("message:text", (ctx) => {
      heard.push(ctx.msg.text);
      if (ctx.msg.text === news.until) news.done();
    });
    const until = (text) =>
      heard.includes(text) ? undefined : new Promise((done) => Object.assign(news, { until: text, done }));
    return { bot, until };
  };
  const phone = await world.phone();
  const first = listener();
  const polls = new Promise((resolve) => {
    first.ended = first.bot.start({ onStart: resolve });
  });
  await polls;
  await phone.start(world.bot);
  await phone.send(world.bot, "one");
  await first.until("one");
  // grammY confirms what it has seen when it stops.
  await first.bot.stop();
  await first.ended;
  for (const text of ["two", "three"]) await phone.send(world.bot, text);
  const second = listener();
  await world.poll(second.bot);
  await phone.send(world.bot, "four");
  await second.until("four");
  assert.deepEqual(heard, ["/start", "one", "two", "three", "four"]);
});

flow("webhook with a secret", async (world) => {
  // A call in the answer of the webhook, as JSON.
  const bot = world.grammy({ canUseWebhookReply: (method) => method === "sendMessage" });
  const heard = [];
  let failures = 0;
  let arrived = 0;
  let open;
  const both = new Promise((resolve) => (open = resolve));
  bot.command("start", async (ctx) => {
    // Two chats are served side by side: each waits for the other one.
    arrived += 1;
    if (arrived === 2) open();
    await both;
    await ctx.reply("started");
  });
  bot.on("message:text", async (ctx) => {
    if (ctx.msg.text === "fails once" && failures === 0) {
      failures += 1;
      throw new Error("on purpose, the first time");
    }
    heard.push([ctx.chat.id, ctx.msg.text]);
    await ctx.reply(`heard ${ctx.msg.text}`);
  });
  const handle = webhookCallback(bot, "http", { secretToken: "a-Secret_1" });
  const server = createServer((request, answer) => {
    handle(request, answer).catch(() => answer.writeHead(500).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  world.ends.push(() => server.close());
  const { port } = server.address();
  const anna = await world.phone("customer");
  const boris = await world.phone("executor");
  await anna.start(world.bot);
  const { api } = world.grammy();
  await api.setWebhook(world.hook(port, "hook"), { secret_token: "a-Secret_1" });
  await boris.start(world.bot);
  await anna.message(world.bot, "started");
  await boris.message(world.bot, "started");
  for (const text of ["fails once", "afterwards"]) await anna.send(world.bot, text);
  await boris.send(world.bot, "meanwhile");
  await anna.message(world.bot, "heard afterwards");
  await boris.message(world.bot, "heard meanwhile");
  const own = heard.filter(([chat]) => chat === anna.id).map(([, text]) => text);
  assert.deepEqual([own, failures], [["fails once", "afterwards"], 1]);
  const info = await api.getWebhookInfo();
  assert.ok(info.last_error_message.includes("500") && info.last_error_date > 0);
  await refuses(api.getUpdates(), 409, texts.webhook_active);
  const headers = { "content-type": "application/json", "x-telegram-bot-api-secret-token": "wrong" };
  const wrong = await fetch(`http://127.0.0.1:${port}/hook`, { method: "POST", headers, body: "{}" });
  assert.equal(wrong.status, 401);
  await api.deleteWebhook();
  assert.equal((await api.getWebhookInfo()).url, "");
});
