// The live feed under the hands of whoever reads it: nothing moves that is being read or touched.

import assert from "node:assert/strict";
import { test } from "node:test";
import { phone, run, until, useWorld } from "../harness/run.mjs";
import { by, press } from "../harness/steps.mjs";
import { ANNA, BORIS, GLEB, VERA } from "../harness/world.mjs";

let number = 0;
const post = (text) => run.world.order({ ...ANNA, id: 80_000 + (number += 1) }, { description: text, contact: `+7 916 777-${String(1000 + number).slice(0, 2)}-${String(1000 + number).slice(2)}` });

useWorld({
  prepare: async () => {
    for (let n = 0; n < 80; n += 1) await post(`Заказ ${n}: собрать шкаф по инструкции, детали на месте`);
  },
});

const ids = (page) => by(page, "feed-row").evaluateAll((rows) => rows.map((row) => row.dataset.id));
/** Rows in sight and where they are. */
const places = (page) => by(page, "feed-row").evaluateAll((rows) => rows.map((row) => [row.dataset.id, Math.round(row.getBoundingClientRect().top)]).filter(([, top]) => top > 0 && top < innerHeight));
const first = async (page) => (await ids(page))[0];

async function feed(person = BORIS) {
  const { page } = await phone(person, { path: "services/feed" });
  await by(page, "feed-row").first().waitFor();
  return page;
}

test("what is read stays where it is while orders come and go above it", async () => {
  const page = await feed();
  const [gone] = await ids(page);
  await page.evaluate(() => scrollTo(0, 1200));
  await page.waitForTimeout(300);
  const before = await places(page);
  const { id } = await post("Пришёл, пока читают ниже: повесить карниз");
  await by(page, "fresh").waitFor();
  assert.deepEqual(await places(page), before);
  for (const person of [BORIS, VERA, GLEB]) await run.world.call(person, "POST", `/api/orders/${gone}/take`);
  // Boris has taken it and keeps it in sight; whoever has not loses it.
  assert.ok((await ids(page)).includes(gone));
  await by(page, "fresh").locator("xpath=self::button").click();
  await until(() => page.evaluate(() => scrollY === 0));
  assert.equal(await first(page), id);
});

test("nothing moves under a finger, and a press on what has just moved is not taken", async () => {
  const page = await feed(VERA);
  const top = await first(page);
  const touch = (kind, down) => page.evaluate(([name, there]) => {
    const finger = new Touch({ identifier: 1, target: document.body, clientX: 100, clientY: 400 });
    document.body.dispatchEvent(new TouchEvent(name, { bubbles: true, touches: there ? [finger] : [], changedTouches: [finger] }));
  }, [kind, down]);
  await touch("touchstart", true);
  const held = await post("Под пальцем: передвинуть пианино к стене");
  await page.waitForTimeout(1000);
  assert.equal(await first(page), top);
  await touch("touchend", false);
  await until(async () => (await first(page)) === held.id);
  await page.waitForTimeout(500);
  // What somebody meant to press is a row lower now.
  await page.evaluate(() => {
    window.pressed = [];
    const go = () => {
      document.querySelectorAll("[data-testid=feed-row]")[1].dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
      window.pressed.push(location.pathname);
    };
    new MutationObserver((_, observer) => {
      observer.disconnect();
      setTimeout(go, 150);
      setTimeout(go, 600);
    }).observe(document.querySelector(".svc-feed"), { childList: true, subtree: true });
  });
  await post("Сдвинул ленту за миг до нажатия: починить замок");
  await page.waitForFunction(() => window.pressed.length === 2);
  const [soon, later] = await page.evaluate(() => window.pressed);
  assert.equal(soon, "/app/services/feed");
  assert.match(later, /\/app\/services\/orders\//);
});

test("the list is found again where it was left, with what came meanwhile", async () => {
  const page = await feed(GLEB);
  await page.evaluate(() => scrollTo(0, 1500));
  await page.waitForTimeout(400);
  const [[id, top]] = (await places(page)).slice(2);
  await page.locator(`[data-testid=feed-row][data-id="${id}"]`).click();
  await by(page, "order-head").waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0);
  const { id: came } = await post("Пришёл, пока смотрели другой: прочистить засор");
  await page.locator("[aria-label=Назад]").click();
  await until(async () => (await ids(page)).includes(came));
  const back = await page.locator(`[data-testid=feed-row][data-id="${id}"]`).boundingBox();
  assert.ok(Math.abs(back.y - top) <= 2, `it was at ${top} and is at ${back.y}`);
});

test("the foot of the list brings one page at a time", async () => {
  const page = await feed();
  const before = (await ids(page)).length;
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await until(async () => (await ids(page)).length > before);
  await page.waitForTimeout(800);
  assert.ok((await ids(page)).length <= before + 50, "more was loaded than was asked for");
  await press(page, "filter-all");
});
