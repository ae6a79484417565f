// What the staff does for each market: orders taken down, money given back, complaints and reviews, a
// shelf that is filled, messages to everybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { goTo } from "../harness/browser.mjs";
import { phone, run, until, useWorld } from "../harness/run.mjs";
import { because, by, fill, option, press, sheet, sound } from "../harness/steps.mjs";
import { ANNA, BORIS, ELENA, GLEB, VERA } from "../harness/world.mjs";

useWorld();

const desk = (person, path, more = {}) => phone(person, { path, lang: "en", width: 1280, height: 860, ...more });
let number = 0;
const post = (description) => run.world.order(ANNA, { description, contact: `+7 916 800-00-${String((number += 1)).padStart(2, "0")}` });
const take = (person, order) => run.world.call(person, "POST", `/api/orders/${order.id}/take`);

test("an order is taken down, and everybody has their money back", async () => {
  const order = await post("Продаю гараж, звоните, это не заказ вовсе");
  const had = await Promise.all([BORIS, VERA].map((person) => run.world.balance(person)));
  for (const person of [BORIS, VERA]) await take(person, order);
  const { page: boris } = await phone(BORIS, { path: `services/orders/${order.id}` });
  await by(boris, "contact").waitFor();
  const { page } = await desk(ELENA, `admin/services/orders/${order.id}`);
  assert.equal(await page.locator("text=+7 916 800").count(), 0, "the staff sees no contact");
  await press(page, "remove-order");
  await sound(page, "taking down");
  await because(page, "This is an advertisement");
  await until(async () => (await Promise.all([BORIS, VERA].map((person) => run.world.balance(person)))).join() === had.join(), "the money is not back");
  await page.locator("text=This is an advertisement").first().waitFor();
  await until(async () => (await by(boris, "order-head").getAttribute("data-phase")) !== "waiting");
});

test("one take is given back once, with a reason", async () => {
  const order = await post("Прибить полку в прихожей, полка и гвозди есть");
  const had = await run.world.balance(GLEB);
  await take(GLEB, order);
  const { page } = await desk(ELENA, `admin/services/orders/${order.id}`);
  await press(page, `refund-${GLEB.id}`);
  await press(page, "deed-yes");
  await page.locator(".problem").waitFor();
  await because(page, "The number was wrong");
  await until(async () => (await run.world.balance(GLEB)) === had);
  await until(async () => (await by(page, `refund-${GLEB.id}`).count()) === 0);
  const again = await run.world.ask(ELENA, "POST", `/api/admin/services/orders/${order.id}/takes/${GLEB.id}/refund`, { reason: "Once more" });
  assert.deepEqual([again.status, again.body.code], [409, "already_refunded"]);
  assert.equal(await run.world.balance(GLEB), had);
});

test("a complaint is decided, and a review is hidden from everybody", async () => {
  // Somebody of whom nothing has been said before.
  const ivan = { id: 71_001, first_name: "Иван" };
  await run.world.recharge(ivan, 100);
  const order = await post("Смазать петли на трёх дверях, масло своё");
  await take(ivan, order);
  await run.world.call(ivan, "POST", "/api/reviews/executor", { order_id: order.id, complaint: "Другое", comment: "Дверей оказалось девять" });
  await run.world.call(ANNA, "POST", `/api/orders/${order.id}/respond`);
  await run.world.call(ANNA, "POST", `/api/orders/${order.id}/complete`, { executor_id: ivan.id });
  await run.world.call(ANNA, "POST", "/api/reviews/client", { order_id: order.id, executor_id: ivan.id, rating: 1, comment: "Ругался на двери" });
  const { page } = await desk(ELENA, "admin");
  await press(page, "waits-services.complaints");
  const complaint = page.locator("tr", { hasText: "Дверей оказалось девять" });
  await complaint.locator("[data-testid^=resolve-]").click();
  await sound(page, "a decision");
  await because(page, "Both were told what an order is");
  await until(async () => (await complaint.locator("[data-testid^=resolve-]").count()) === 0);
  const rating = async () => (await run.world.call(ivan, "GET", "/api/users/me")).rating;
  assert.equal(await rating(), 1);
  await press(page, "to-services/reviews");
  const review = page.locator("tr", { hasText: "Ругался на двери" });
  await review.locator("[data-testid^=hide-]").click();
  await because(page, "It is about doors");
  await until(async () => (await rating()) === 0, "a hidden review counts");
  const { page: his } = await phone(ivan, { path: "services/me/reviews" });
  assert.equal(await his.locator("text=Ругался на двери").count(), 0);
  await review.locator("[data-testid^=show-]").click();
  await sheet(page).locator(".button").first().click();
  await until(async () => (await rating()) === 1);
});

test("a product is made, ordered, handed over, and its money given back", async () => {
  const { page } = await desk(ELENA, "admin/shop/products");
  await press(page, "new-product");
  await fill(page, "name", "Фонарь налобный");
  await fill(page, "price", "700");
  await fill(page, "category", "Для дома");
  await fill(page, "stock", "4");
  await sound(page, "a new product");
  await press(page, "create-product");
  const made = await until(async () => (await run.world.call(null, "GET", "/products?limit=100")).find(({ name }) => name === "Фонарь налобный"));
  await run.world.recharge(GLEB, 1000);
  const had = await run.world.balance(GLEB);
  const order = await run.world.call(GLEB, "POST", "/orders", { items: [{ product_id: made.id, quantity: 1 }], pay_with: "balance", address: "Тула, Ленина, 1" });
  const { page: his } = await phone(GLEB, { path: `shop/orders/${order.id}` });
  await goTo(page, `/admin/shop/orders/${order.id}`);
  await press(page, "fulfil");
  await press(page, "deed-yes");
  await until(async () => (await run.world.call(GLEB, "GET", `/orders/${order.id}`)).status === "fulfilled");
  await press(page, "refund");
  await press(page, "refund-go");
  await page.locator(".problem").waitFor();
  await sheet(page).locator("[name=reason]").fill("The strap was torn");
  await sound(page, "a refund");
  await press(page, "refund-go");
  await sheet(page).locator(".button.danger").click();
  await until(async () => (await run.world.balance(GLEB)) === had, "the money is not back");
  await by(page, "refunded").waitFor();
  await his.reload();
  await by(his, "refunded").waitFor();
});

test("a message to the staff is tried on oneself and sent", async () => {
  const { page } = await desk(ELENA, "admin/broadcasts");
  await press(page, "new-broadcast");
  await fill(page, "ru", "Сегодня в восемь вечера учения");
  await fill(page, "en", "There is a drill at eight tonight");
  await option(page, "staff").catch(() => option(page, "Staff"));
  await sound(page, "a message");
  await press(page, "broadcast-make");
  await press(page, "broadcast-test");
  const heard = async () => JSON.stringify(await (await fetch(`${run.world.url}_sandbox/telegram/state?as=${ELENA.id}`)).json());
  await until(async () => /учения|drill at eight/.test(await heard()), "the test does not arrive");
  await press(page, "broadcast-start");
  await press(page, "broadcast-yes");
  await until(async () => (await run.world.call(ELENA, "GET", "/api/admin/broadcasts")).broadcasts.some(({ state }) => state === "done"), "it is not sent");
  await sound(page, "a message that is sent");
});
