// Urgent jobs from both sides, pressed through as people would.

import assert from "node:assert/strict";
import { test } from "node:test";
import { goTo } from "../harness/browser.mjs";
import { phone, run, until, useWorld } from "../harness/run.mjs";
import { act, by, fill, option, press, sheet, sound, toast } from "../harness/steps.mjs";
import { ANNA, BORIS, DARYA, GLEB, VERA } from "../harness/world.mjs";

useWorld();

const phaseIs = (page, phase) => page.locator(`[data-testid=order-head][data-phase="${phase}"]`).waitFor();
const row = (page, id) => page.locator(`[data-testid=feed-row][data-id="${id}"]`);
let number = 0;
const contact = () => `+7 916 555-00-${String((number += 1)).padStart(2, "0")}`;
const post = (text, more = {}) => run.world.order(ANNA, { description: text, contact: contact(), ...more });

/** Opens the order's page, looks at the price, pays. */
async function take(page, id) {
  await goTo(page, `/services/orders/${id}`);
  assert.match(await by(page, "price").innerText(), /2/, "the price is told before it is paid");
  await act(page);
  await by(page, "take-balance").waitFor();
  await press(page, "take-yes");
  await by(page, "contact").waitFor();
}

test("a job is posted, taken three times, answered, done and rated", async () => {
  const { page: anna } = await phone(ANNA);
  const { page: darya } = await phone(DARYA, { path: "services/feed", lang: "en", theme: "dark" });
  await press(anna, "market-services");
  await press(anna, "tab-plus");
  // What is wrong is said at its field before anything is sent.
  await act(anna);
  await anna.locator(".problem").first().waitFor();
  await option(anna, "Сантехника");
  await fill(anna, "description", "Прорвало");
  assert.match(await by(anna, "count").innerText(), /8/);
  await fill(anna, "description", "Прорвало трубу под раковиной, нужен сантехник в течение часа");
  await press(anna, "choose-city");
  await sheet(anna).locator("input").fill("Каз");
  await sound(anna, "choosing a city");
  await by(anna, "city").filter({ hasText: /^Казань$/ }).click();
  await press(anna, "my-name");
  assert.equal(await anna.locator("[name=contact]").inputValue(), "@anna_sokolova");
  await sound(anna, "a new order");
  await act(anna);
  await phaseIs(anna, "open");
  const id = new URL(anna.url()).pathname.split("/").at(-1);
  // It appears in the feed of somebody who looks, by itself and soon.
  await row(darya, id).waitFor({ timeout: 5000 });
  assert.match(await row(darya, id).innerText(), /0 of 3/);
  const { page: boris } = await phone(BORIS);
  await take(boris, id);
  assert.equal(await by(boris, "contact").innerText(), "@anna_sokolova");
  await press(boris, "copy");
  assert.equal(await boris.evaluate(() => navigator.clipboard.readText()), "@anna_sokolova");
  const { page: vera } = await phone(VERA, { start: `order_${id}` });
  await vera.waitForURL(`**/services/orders/${id}`);
  await take(vera, id);
  await row(darya, id).filter({ hasText: "2 of 3" }).waitFor();
  // The fourth is about to pay when the third has paid.
  await row(darya, id).click();
  await act(darya);
  await by(darya, "take-yes").waitFor();
  await sound(darya, "about to pay");
  const { page: gleb } = await phone(GLEB);
  await take(gleb, id);
  await until(async () => (await by(darya, "not-takeable").count()) > 0 || (await by(darya, "take-yes").count()) > 0);
  if ((await by(darya, "take-yes").count()) > 0) await press(darya, "take-yes").catch(() => undefined);
  await by(darya, "not-takeable").waitFor();
  const refused = await run.world.ask(DARYA, "POST", `/api/orders/${id}/take`);
  assert.deepEqual([refused.status, refused.body.code], [409, "order_full"]);
  assert.equal(await run.world.balance(DARYA), 500, "whoever is refused pays nothing");
  assert.equal(await by(darya, "contact").count(), 0);
  // The customer answers and says who did it.
  await phaseIs(anna, "waiting");
  assert.equal(await by(anna, "executor").count(), 3);
  await act(anna);
  await phaseIs(anna, "answered");
  await phaseIs(boris, "answered");
  await act(anna);
  await by(anna, "complete-by").nth(1).click();
  await sheet(anna).locator(".stars button").nth(4).click();
  await sheet(anna).locator("textarea").fill("Приехала за двадцать минут, всё сухо");
  await sound(anna, "a review");
  await press(anna, "review-send");
  await phaseIs(anna, "completed");
  await phaseIs(vera, "completed");
  await goTo(vera, "/services/me");
  assert.match(await by(vera, "rating").innerText(), /5/);
  await goTo(vera, "/services/me/reviews");
  await vera.locator("text=Приехала за двадцать минут").waitFor();
  // One of the others complains.
  await press(gleb, "complain");
  await option(gleb, "Ложная информация");
  await sheet(gleb).locator("textarea").fill("Работа была уже сделана");
  await sound(gleb, "a complaint");
  await press(gleb, "complaint-send");
  await sheet(gleb).waitFor({ state: "detached" });
  await until(async () => (await by(gleb, "complain").count()) === 0);
});

test("without an answer the money comes back by itself", async () => {
  const { id } = await post("Заклинило входную дверь, нужен мастер по замкам");
  const had = await run.world.balance(BORIS);
  const { page } = await phone(BORIS, { path: `services/orders/${id}` });
  await act(page);
  await press(page, "take-yes");
  await by(page, "contact").waitFor();
  assert.equal(await run.world.balance(BORIS), had - 2);
  await page.locator("[data-testid=order-state] .countdown").waitFor();
  await run.world.advance(15 * 60 + 5);
  await until(async () => (await run.world.balance(BORIS)) === had, "the balance is not what it was");
  await by(page, "refund").waitFor();
  await phaseIs(page, "refunded");
  await goTo(page, "/services/takes");
  await by(page, "refunded").first().waitFor();
});

test("an order is edited, taken back, closed; an empty balance leads to the top-up", async () => {
  const first = await post("Повесить люстру в гостиной, стремянка есть дома");
  const { page } = await phone(ANNA, { path: `services/orders/${first.id}`, theme: "dark" });
  await press(page, "edit");
  await fill(page, "description", "Повесить две люстры в гостиной, стремянка есть дома");
  await act(page);
  await page.locator("text=Повесить две люстры").waitFor();
  await press(page, "remove");
  await sound(page, "a question");
  await sheet(page).locator(".button.danger").click();
  await page.waitForURL("**/services/orders");
  assert.equal((await run.world.ask(BORIS, "POST", `/api/orders/${first.id}/take`)).status, 410);
  const second = await post("Собрать кухонный стол и четыре стула, отвёртка есть");
  await run.world.call(BORIS, "POST", `/api/orders/${second.id}/take`);
  const had = await run.world.balance(BORIS);
  await goTo(page, `/services/orders/${second.id}`);
  await press(page, "close");
  await sheet(page).locator(".button.danger").click();
  await phaseIs(page, "refunded");
  await until(async () => (await run.world.balance(BORIS)) === had + 2);
  const third = await post("Вынести старый диван с пятого этажа без лифта");
  const poor = { id: 70_001, first_name: "Пётр" };
  const { page: his } = await phone(poor, { path: `services/orders/${third.id}` });
  await act(his);
  await press(his, "top-up");
  await his.waitForURL("**/app/wallet");
});

test("the feed lives: orders come, fill up and go; filters hold", async () => {
  const { page } = await phone(DARYA, { path: "services/feed" });
  await by(page, "feed-row").first().waitFor();
  await by(page, "filter-category").filter({ hasText: "Клининг" }).click();
  await until(async () => (await by(page, "feed-row").locator(".svc-title").allInnerTexts()).every((text) => text === "Клининг"));
  const other = await post("Заменить розетку в детской, без снятия обоев", { category: "Электрика" });
  const mine = await post("Помыть окна на лоджии, три створки, вода есть", { category: "Клининг" });
  await row(page, mine.id).waitFor({ timeout: 5000 });
  assert.equal(await row(page, other.id).count(), 0);
  for (const person of [BORIS, VERA, GLEB]) await run.world.call(person, "POST", `/api/orders/${mine.id}/take`);
  await row(page, mine.id).waitFor({ state: "detached", timeout: 8000 });
  // The filter is remembered on this device.
  await page.reload();
  await page.locator("[data-testid=filter-category][aria-pressed=true]", { hasText: "Клининг" }).waitFor();
});

test("a draft survives a closed app", async () => {
  const { page } = await phone(ANNA, { path: "services/new" });
  await fill(page, "description", "Набирала долго, а телефон сел в самом конце");
  await page.waitForTimeout(500);
  await page.reload();
  await until(async () => (await page.locator("[name=description]").inputValue()).startsWith("Набирала долго"));
});
