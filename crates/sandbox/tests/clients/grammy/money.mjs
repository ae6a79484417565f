// Stars and gifts.

import assert from "node:assert/strict";
import { flow, refuses } from "./flows.mjs";

const PRICES = [{ label: "Tea", amount: 25 }];

function shop(bot, paid) {
  bot.command("start", (ctx) => ctx.replyWithInvoice("Tea", "A cup of tea", "tea:1", "XTR", PRICES));
  bot.on("pre_checkout_query", (ctx) => {
    const isThere = !ctx.preCheckoutQuery.invoice_payload.startsWith("none:");
    return ctx.answerPreCheckoutQuery(isThere, isThere ? {} : { error_message: "There is no tea left" });
  });
  bot.on("message:successful_payment", async (ctx) => {
    paid.push(ctx.msg.successful_payment);
    await ctx.reply("Thank you");
  });
  bot.on("message:refunded_payment", (ctx) => void paid.push(ctx.msg.refunded_payment));
}

flow("invoice in stars", async (world) => {
  const bot = world.grammy();
  const paid = [];
  shop(bot, paid);
  await world.poll(bot);
  const { api } = bot;
  const phone = await world.phone();
  await phone.start(world.bot);
  const { message_id: message } = await phone.message(world.bot);
  await phone.act("add_stars", { amount: 100 });
  assert.equal((await phone.act("pay", { chat: world.bot, message })).status, "paid");
  await phone.message(world.bot, "Thank you");
  const { telegram_payment_charge_id: charge, total_amount, invoice_payload } = paid[0];
  assert.deepEqual([total_amount, invoice_payload], [25, "tea:1"]);
  assert.equal((await api.getMyStarBalance()).amount, 25);
  const { transactions: [bought] } = await api.getStarTransactions();
  assert.deepEqual([bought.id, bought.amount, bought.source.type], [charge, 25, "user"]);
  assert.deepEqual([bought.source.user.id, bought.source.invoice_payload], [phone.id, "tea:1"]);
  assert.equal(await api.refundStarPayment(phone.id, charge), true);
  await refuses(api.refundStarPayment(phone.id, charge), 400, "CHARGE_ALREADY_REFUNDED");
  const { transactions } = await api.getStarTransactions({ offset: 0, limit: 10 });
  assert.deepEqual(transactions.map((one) => one.id), [charge, charge]);
  assert.equal(transactions.filter((one) => one.receiver?.user.id === phone.id).length, 1);
  assert.equal((await api.getMyStarBalance()).amount, 0);
});

flow("invoice by link refused and paid", async (world) => {
  const bot = world.grammy();
  const paid = [];
  shop(bot, paid);
  await world.poll(bot);
  const phone = await world.phone("executor");
  await phone.start(world.bot);
  await phone.act("add_stars", { amount: 25 });
  // The provider's token is empty: this client wants it among its arguments.
  const link = (payload) => bot.api.createInvoiceLink("Tea", "A cup of tea", payload, "", "XTR", PRICES);
  const refused = await phone.act("pay", { link: await link("none:2") });
  assert.deepEqual([refused.status, refused.error], ["failed", "There is no tea left"]);
  assert.equal((await phone.act("pay", { link: await link("some:3") })).status, "paid");
  await phone.message(world.bot, "Thank you");
  assert.deepEqual(paid.map((one) => one.invoice_payload), ["some:3"]);
  const two = [...PRICES, ...PRICES];
  await refuses(bot.api.createInvoiceLink("Tea", "Tea", "x", "", "XTR", two), 400, "Bad Request: ");
});

flow("gifts", async (world) => {
  const bot = world.grammy();
  const phone = await world.phone();
  await phone.start(world.bot);
  const { gifts } = await bot.api.getAvailableGifts();
  assert.ok(gifts.length && gifts.every((gift) => gift.star_count > 0 && gift.sticker.file_id));
  await refuses(bot.api.sendGift(phone.id, gifts[0].id), 400, "BALANCE_TOO_LOW");
});
