// Texts that people type to do harm, or that no designer has thought of: in every field, on every
// screen. Nothing of them is run, and no layout breaks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { goTo, settled } from "../harness/browser.mjs";
import { crawl } from "../harness/crawl.mjs";
import { COUNT, flood, HOSTILE_PEOPLE } from "../harness/flood.mjs";
import { hostile } from "../harness/hostile.mjs";
import { bidiFaults, layoutFaults, textFaults } from "../harness/look.mjs";
import { phone, useWorld } from "../harness/run.mjs";
import { act, by, fill, option, press, sheet } from "../harness/steps.mjs";
import { ANNA, BORIS, ELENA } from "../harness/world.mjs";

let tally;
useWorld({ prepare: async (world) => { tally = await flood(world); } });

test("the server takes them or refuses them, and never fails", (t) => {
  t.diagnostic(`${COUNT} texts, ${tally.taken} requests were taken, ${tally.refused} refused`);
  assert.deepEqual(tally.broken, []);
  assert.ok(tally.taken > 1000, `only ${tally.taken} were taken`);
});

/** Loads a list to its end, as a finger would. */
async function toTheEnd(page) {
  for (let n = 0, before = -1; n < 40; n += 1) {
    const height = await page.evaluate(() => { scrollTo(0, document.scrollingElement.scrollHeight); return document.scrollingElement.scrollHeight; });
    await page.waitForTimeout(60);
    await settled(page);
    if (height === before) break;
    before = height;
  }
}

/** Numbers of the hostile texts on the screen, also of those in fields. */
const marks = (page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")].map(({ value }) => value).join("\n");
    return [...new Set([...`${document.body.textContent}\n${fields}`.matchAll(/h(\d+)~/g)].map(([, n]) => Number(n)))];
  });

const PANEL = { from: ["/admin"], skip: /^\/(?!admin)/ };
const views = [
  ["the customer", ANNA, "light", {}, 150],
  ["an executor", BORIS, "dark", {}, 150],
  ["somebody with a hostile name", HOSTILE_PEOPLE[3], "light", {}, 100],
  ["the operator", ELENA, "dark", PANEL, 150],
  ["the operator on a wide screen", ELENA, "light", { ...PANEL, wide: true }, 150],
];

for (const [name, person, theme, { wide = false, ...where }, least] of views) {
  test(`they stay texts on every screen of ${name}`, async (t) => {
    const { page } = await phone(person, { theme, lang: "en", ...(wide ? { width: 1280, height: 800 } : {}) });
    const faults = [];
    const seen = new Set();
    const kinds = await crawl(page, {
      ...where,
      each: wide ? 1 : 3,
      most: 250,
      look: async (path, kind) => {
        await toTheEnd(page);
        for (const n of await marks(page)) seen.add(n);
        for (const found of [await layoutFaults(page), await bidiFaults(page), await textFaults(page)]) faults.push(...found.map((fault) => `${kind} (${path}): ${fault}`));
      },
    });
    t.diagnostic(`${seen.size} of ${COUNT} texts seen on ${kinds.length} screens`);
    assert.equal(faults.length, 0, faults.slice(0, 30).join("\n"));
    assert.ok(seen.size >= least, `only ${seen.size} of the texts were seen: ${kinds.join(" ")}`);
  });
}

test("they are typed by hand, too", async () => {
  const sample = [0, 20, 29, 66, 83, 97, 122, 141, 161, 164, 177, 196, 205, 209].map((n) => hostile(n, 20, 400).replace(/[\r\n]/g, " "));
  const { page } = await phone(ANNA, { path: "services/new" });
  const sound = async (what) => assert.deepEqual([...(await layoutFaults(page)), ...(await bidiFaults(page))], [], what);
  await option(page, "Другое");
  for (const text of sample) {
    await fill(page, "description", text);
    await fill(page, "contact", text.slice(0, 64));
    await act(page);
    await page.locator(".problem, [data-testid=order-head]").first().waitFor();
    await sound(`a new order: ${text.slice(0, 40)}`);
  }
  await press(page, "choose-city");
  for (const text of sample) {
    await sheet(page).locator("input").fill(text.slice(0, 100));
    await page.waitForTimeout(200);
    await sound(`a city: ${text.slice(0, 40)}`);
  }
  await page.keyboard.press("Escape");
  await goTo(page, "/shop");
  for (const text of sample) {
    await by(page, "search").fill(text.slice(0, 100));
    await page.waitForTimeout(350);
    await sound(`a search: ${text.slice(0, 40)}`);
  }
  const { page: desk } = await phone(ELENA, { path: "admin/people", lang: "en" });
  for (const text of sample) {
    await desk.locator("input[type=search]").fill(text);
    await desk.waitForTimeout(350);
    assert.deepEqual(await layoutFaults(desk), [], `a search for people: ${text.slice(0, 40)}`);
  }
});
