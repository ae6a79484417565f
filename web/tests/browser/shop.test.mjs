// The shop, pressed through: from the shelf to goods that are paid, given up, or too late.

import assert from "node:assert/strict";
import { test } from "node:test";
import { goTo } from "../harness/browser.mjs";
import { phone, run, until, useWorld } from "../harness/run.mjs";
import { act, by, fill, press, sheet, sound } from "../harness/steps.mjs";
import { ANNA, BORIS, VERA } from "../harness/world.mjs";

useWorld();

const statusIs = (page, ...wanted) => page.locator(wanted.map((one) => `[data-testid=status][data-status="${one}"]`).join(", ")).waitFor();
const product = async (name) => (await run.world.call(null, "GET", "/products?limit=100")).find((one) => one.name.startsWith(name));
const rubles = async (person) => Number((await run.world.call(person, "GET", "/api/wallet")).balances?.find(({ currency }) => currency === "RUB")?.available ?? (await run.world.balance(person)));

/** An order of one product by `person`, up to its page. */
async function order(person, name, way) {
  const { id } = await product(name);
  await run.world.call(person, "PUT", `/cart/items/${id}`, { quantity: 1 });
  const opened = await phone(person, { path: "shop/checkout" });
  await press(opened.page, `pay-${way}`);
  await act(opened.page);
  await by(opened.page, "status").waitFor();
  return opened.page;
}

test("from the shelf to an order that is paid from the balance, with a coupon", async () => {
  await run.world.recharge(BORIS, 3000);
  const { page } = await phone(BORIS, { theme: "dark" });
  await press(page, "market-shop");
  await by(page, "product").nth(5).waitFor();
  await by(page, "category").filter({ hasText: "Для дома" }).click();
  await until(async () => (await by(page, "product").allInnerTexts()).every((text) => !text.includes("чай")));
  await by(page, "category").filter({ hasText: "Для дома" }).click();
  await by(page, "search").fill("кружк");
  await by(page, "product").filter({ hasText: "Кружка" }).waitFor();
  await until(async () => (await by(page, "product").count()) === 1, "the search shows more than was searched for");
  await press(page, "product");
  assert.match(await by(page, "price").innerText(), /350/);
  await sound(page, "a product");
  await act(page);
  await goTo(page, "/shop");
  await by(page, "search").fill("видеокурс");
  await by(page, "product").filter({ hasText: "Видеокурс" }).waitFor();
  await until(async () => (await by(page, "product").count()) === 1);
  await press(page, "product-add");
  await until(async () => (await run.world.call(BORIS, "GET", "/cart")).items.length === 2);
  await goTo(page, "/shop/cart");
  const mug = by(page, "cart-line").filter({ hasText: "Кружка" });
  await mug.locator(".stepper button").last().click();
  await until(async () => /1.000/.test(await by(page, "cart-total").innerText()), "two mugs and the course are 1000 roubles");
  await until(async () => Number((await run.world.call(BORIS, "GET", "/cart")).items_total) === 1000);
  await act(page);
  await fill(page, "address", "Казань, Баумана, 5, кв. 12");
  // A coupon that is none is refused at its field, and nothing is ordered.
  await fill(page, "coupon", "NOPE-1");
  await press(page, "pay-balance");
  await act(page);
  await page.locator(".problem").waitFor();
  await sound(page, "a refused coupon");
  const before = await rubles(BORIS);
  await fill(page, "coupon", "TEA-10");
  await act(page);
  await statusIs(page, "paid", "delivered", "completed", "fulfilled");
  assert.match(await by(page, "order-total").innerText(), /900/);
  assert.equal(before - (await rubles(BORIS)), 900);
  await press(page, "show-keys");
  assert.match(await by(page, "key").first().innerText(), /VOLT-/);
  await sound(page, "a paid order");
  assert.deepEqual((await run.world.call(BORIS, "GET", "/cart")).items, []);
  await goTo(page, "/shop/orders");
  await by(page, "order").first().waitFor();
});

test("an order waits for the test provider and is paid while one looks", async () => {
  const page = await order(VERA, "Иван-чай «Лесной», 50", "test");
  await statusIs(page, "paid", "delivered", "completed", "fulfilled");
  assert.equal(await by(page, "waiting").count(), 0);
  assert.ok((await by(page, "timeline").locator("li").count()) >= 2);
});

test("an order is cancelled, and the goods are back on the shelf", async () => {
  const { stock } = await product("Плед");
  const page = await order(ANNA, "Плед", "stars");
  assert.equal((await product("Плед")).stock, stock - 1);
  await press(page, "cancel");
  await sound(page, "a question");
  await sheet(page).locator(".button.danger").click();
  await statusIs(page, "canceled", "cancelled");
  await until(async () => (await product("Плед")).stock === stock);
  await press(page, "again");
  await page.waitForURL("**/shop/cart");
});

test("an order that is not paid in time is over, by the clock", async () => {
  const { stock } = await product("Свеча");
  const page = await order(VERA, "Свеча", "stars");
  await page.locator("[data-testid=status] .countdown").waitFor();
  await run.world.advance(3600);
  await statusIs(page, "expired", "canceled", "cancelled");
  await until(async () => (await product("Свеча")).stock >= stock);
});

test("what is sold out meanwhile is said line by line", async () => {
  const birds = await product("Птицы");
  await run.world.call(ANNA, "DELETE", "/cart");
  await run.world.call(ANNA, "PUT", `/cart/items/${birds.id}`, { quantity: 1 });
  const { page } = await phone(ANNA, { path: "shop/checkout" });
  await by(page, "main-action").waitFor();
  await run.world.call("operator", "POST", `/admin/products/${birds.id}/stock`, { delta: -birds.stock, reason: "Sold at the counter" });
  await press(page, "pay-test");
  await act(page);
  await by(page, "short-line").waitFor();
  await sound(page, "what is short");
});

test("the balance is topped up by the test provider, and each line of it says why", async () => {
  const had = await run.world.balance(VERA);
  const { page } = await phone(VERA, { path: "wallet", theme: "dark" });
  await by(page, "balance").waitFor();
  await press(page, "top-up");
  await sheet(page).locator(".chip", { hasText: "300" }).first().click();
  await sheet(page).locator(".segments button").last().click();
  await sound(page, "a top-up");
  await press(page, "pay");
  await until(async () => (await run.world.balance(VERA)) === had + 300, "the money does not come");
  await until(async () => (await by(page, "balance").innerText()).replace(/\D/g, "").includes(String(had + 300)));
  await goTo(page, "/wallet");
  await by(page, "line").first().click();
  await sheet(page).waitFor();
  await sound(page, "why");
});
