// Pictures of the app for the documents: `npm run screenshots` writes docs/images/app-*.png. The program
// is named by TORG_BIN and has the app in it.

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchBrowser, openApp, settled } from "./harness/browser.mjs";
import { fill } from "./harness/seed.mjs";
import { by, option, press } from "./harness/steps.mjs";
import { ANNA, BORIS, DARYA, ELENA, GLEB, VERA, World } from "./harness/world.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const LARGEST = 150_000;
const PHONE = {};
const DESK = { width: 1280, height: 800 };

/** Hours of business, so that the charts have something to draw. */
async function business(world) {
  const kinds = ["Сантехника", "Электрика", "Клининг", "Бытовая техника"];
  const what = ["Подтекает сифон под мойкой, нужен мастер", "Выбивает автомат, когда включаем чайник", "Помыть окна в трёх комнатах до вечера", "Холодильник шумит и плохо морозит, нужна диагностика"];
  for (const person of [BORIS, VERA, GLEB, DARYA]) await world.recharge(person, 500);
  for (let hour = 0; hour < 10; hour += 1) {
    const many = [2, 3, 5, 4, 6, 3, 5, 7, 4, 3][hour];
    for (let n = 0; n < many; n += 1) {
      const order = await world.order(ANNA, { category: kinds[(hour + n) % 4], description: what[(hour + n) % 4], contact: `+7 916 9${hour}0-00-${String(n).padStart(2, "0")}` });
      if (n % 3 === 2) continue;
      const taker = [BORIS, VERA, GLEB, DARYA][(hour + n) % 4];
      await world.call(taker, "POST", `/api/orders/${order.id}/take`);
      if (n % 5 === 1) continue;
      await world.call(ANNA, "POST", `/api/orders/${order.id}/respond`);
      await world.call(ANNA, "POST", `/api/orders/${order.id}/complete`, { executor_id: taker.id });
      await world.call(ANNA, "POST", "/api/reviews/client", { order_id: order.id, executor_id: taker.id, rating: 4 + (n % 2), comment: "Приехал вовремя, всё сделал" });
    }
    await world.advance(3600);
  }
}

const world = await World.start();
const browser = await launchBrowser();
mkdirSync(FOLDER, { recursive: true });

async function picture(name, person, path, options, prepare) {
  for (const scale of [2, 1.5, 1]) {
    const { page, context, faults } = await openApp(browser, world, person, { path, scale, ...options });
    await prepare?.(page);
    await settled(page);
    await page.evaluate(() => document.activeElement?.blur());
    await page.waitForTimeout(400);
    const image = await page.screenshot();
    await context.close();
    if (faults.length > 0) throw new Error(`${name}: ${faults.join("; ")}`);
    if (image.length > LARGEST && scale > 1) continue;
    writeFileSync(`${FOLDER}app-${name}.png`, image);
    console.log(`app-${name}.png ${Math.round(image.length / 1000)} kB`);
    return;
  }
}

try {
  await business(world);
  await fill(world);
  for (const [n, text] of ["Собрать детскую кроватку, инструкция есть", "Не греет батарея в спальне, посмотреть сегодня", "Повесить карниз и две полки в кухне"].entries()) {
    await world.order(DARYA, { category: ["Сборка/установка", "Сантехника", "Бытовой ремонт"][n], description: text, city: ["Москва", "Казань", "Москва"][n], contact: `+7 916 444-00-0${n}` });
  }
  const open = await world.order(ANNA, { category: "Электрика", description: "Искрит розетка на кухне, свет пока выключили", contact: "+7 916 123-45-67" });
  await world.call(VERA, "POST", `/api/orders/${open.id}/take`);
  const orders = await world.call(ANNA, "GET", "/orders?limit=10");
  const list = orders.orders ?? orders.items ?? orders;
  const paid = list.find(({ status }) => status === "paid") ?? list[0];

  await picture("home", ANNA, "", { ...PHONE, lang: "ru", theme: "light" });
  await picture("feed", BORIS, "services/feed", { ...PHONE, lang: "ru", theme: "dark" }, (page) => by(page, "feed-row").nth(3).waitFor());
  await picture("order", VERA, `services/orders/${open.id}`, { ...PHONE, lang: "ru", theme: "light" }, (page) => by(page, "contact").waitFor());
  await picture("new-order", ANNA, "services/new", { ...PHONE, lang: "en", theme: "light" }, async (page) => {
    await option(page, "Plumbing");
    await page.locator("[name=description]").fill("The kitchen tap is leaking, a plumber is needed before tonight");
    await press(page, "choose-city");
    await page.locator("dialog input").fill("Каз");
    await by(page, "city").filter({ hasText: /^Казань$/ }).click();
    await press(page, "my-name");
  });
  await picture("catalogue", ANNA, "shop", { ...PHONE, lang: "ru", theme: "light" }, (page) => by(page, "product").nth(5).waitFor());
  await picture("cart", ANNA, "shop/cart", { ...PHONE, lang: "en", theme: "dark" }, (page) => by(page, "cart-line").nth(2).waitFor());
  await picture("shop-order", ANNA, `shop/orders/${paid.id}`, { ...PHONE, lang: "ru", theme: "light" });
  await picture("balance", BORIS, "wallet", { ...PHONE, lang: "ru", theme: "dark" }, (page) => by(page, "line").first().waitFor());
  await picture("admin-today", ELENA, "admin", { ...PHONE, lang: "ru", theme: "light" });
  await picture("admin-person", ELENA, `admin/people/${BORIS.id}`, { ...DESK, lang: "en", theme: "light" });
  await picture("admin-analytics", ELENA, "admin/analytics", { ...DESK, lang: "ru", theme: "dark" }, async (page) => {
    await page.locator("canvas, svg.chart").first().waitFor();
    await page.waitForTimeout(800);
  });
} finally {
  await browser.close();
  await world.stop();
}
