// The app inside of Telegram: the phone of the local one frames it, draws its buttons and takes Stars.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newContext } from "../harness/browser.mjs";
import { run, until, useWorld, watch } from "../harness/run.mjs";
import { ANNA, VERA } from "../harness/world.mjs";

useWorld();

/** The phone of `person` with the app of the bot open in it: `{page, app}`. */
async function inTelegram(person, lang = "ru") {
  const opened = await newContext(run.browser, run.world, { lang, width: 1280, height: 860 });
  watch(opened);
  const page = await opened.context.newPage();
  await page.goto(run.world.url);
  if (lang === "ru") await page.click("[data-lang=ru]");
  await page.click(`[data-person="${person.id}"]`);
  await page.locator("[data-chat]").first().click();
  const start = page.locator("button.start");
  await start.or(page.locator(".entry")).first().waitFor();
  if ((await start.count()) > 0) await start.click();
  await page.locator(".menu-button").click();
  const frame = await (await page.waitForSelector("iframe.app-frame")).contentFrame();
  await frame.waitForSelector("h1");
  return { page, app: frame };
}

const by = (app, id) => app.locator(`[data-testid="${id}"]`);

/** Pays what the phone shows, with Stars that are bought where they lack. */
async function payInPhone(page) {
  const pay = page.locator(".pay");
  await pay.locator(".pay-top-up, .pay-now").first().waitFor();
  if ((await pay.locator(".pay-top-up").count()) > 0) await pay.locator(".pay-top-up").last().click();
  await pay.locator(".pay-now").click();
  await pay.getByRole("button", { name: /Готово|Done/ }).click();
}

test("the balance is topped up with Stars", async () => {
  const had = await run.world.balance(ANNA);
  const { page, app } = await inTelegram(ANNA);
  assert.match(await app.locator("h1").innerText(), /Анна/);
  await by(app, "to-balance").click();
  await by(app, "top-up").click();
  await app.locator("dialog .chip", { hasText: "100" }).first().click();
  await by(app, "pay").click();
  await payInPhone(page);
  await until(async () => (await run.world.balance(ANNA)) === had + 100, "the Stars bring no money");
  await until(async () => (await by(app, "balance").innerText()).replace(/\D/g, "").includes(String(had + 100)));
});

test("goods are ordered with the phone's own buttons and paid with Stars", async () => {
  const products = await run.world.call(null, "GET", "/products?limit=100");
  await run.world.call(VERA, "PUT", `/cart/items/${products.find(({ name }) => name.startsWith("Чай чёрный")).id}`, { quantity: 1 });
  const { page, app } = await inTelegram(VERA, "en");
  await by(app, "market-shop").click();
  await app.locator("a[href$='/shop/cart']").first().click();
  const main = page.locator(".app-main");
  await by(app, "cart-line").waitFor();
  assert.equal(await app.locator(".foot").count(), 0, "Telegram's button stands for the page's own");
  await main.click();
  await by(app, "pay-stars").click();
  await main.click();
  await payInPhone(page);
  await app.locator("[data-testid=status][data-status=paid], [data-testid=status][data-status=fulfilled], [data-testid=status][data-status=delivered]").waitFor();
  await page.locator("[data-app=back]").click();
  await by(app, "order").first().waitFor();
});
