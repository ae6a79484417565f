// What the tests of the phone have in common: one world, one bot, one browser for a file of tests,
// a page for each test, and a look at what went wrong on it.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { Bot } from "./bot.mjs";
import { launch, open } from "./browser.mjs";
import { startWorld } from "./world.mjs";

/** Filled before the first test. */
export const run = { world: null, bot: null, browser: null, phone: null };

export function useWorld() {
  before(async () => {
    run.world = await startWorld();
    run.bot = new Bot(run.world.api, run.world.token);
    await run.bot.start(`${run.world.url}app/`);
    run.browser = await launch();
  });
  after(async () => {
    await run.browser?.close();
    await run.bot?.stop();
    await run.world?.stop();
  });
  afterEach(async () => {
    const { phone } = run;
    run.phone = null;
    await phone?.close();
    assert.deepEqual(phone?.faults ?? [], [], "nothing that the policy refuses, no error, no request to another host");
  });
}

/** Opens the page as `person`. */
export async function openAs(person, options) {
  run.phone = await open(run.browser, run.world.url, options);
  const { page } = run.phone;
  await page.click(`[data-person="${person}"]`);
  await page.locator(".chat-list").waitFor();
  return page;
}

/** Opens the page as `person` and the chat with the bot, started. */
export async function begin(person, options) {
  const page = await openAs(person, options);
  await page.click(`[data-chat="${run.world.bot}"]`);
  const start = page.locator("button.start");
  await start.or(page.locator(".entry")).first().waitFor();
  if (await start.count()) await start.click();
  else await say(page, "/start");
  await last(page, "Bold").waitFor();
  return page;
}

export const last = (page, text) => page.locator(".message", { hasText: text }).last();
export const button = (page, text) => page.locator(".inline-button", { hasText: text }).last();

export async function say(page, text) {
  await page.fill(".entry", text);
  await page.press(".entry", "Enter");
}

/** Stars of a person. */
export async function starsOf(person) {
  const state = await (await fetch(`${run.world.url}_sandbox/telegram/state?as=${person}`)).json();
  return state.me.stars;
}

/** Waits until `holds()` is true. */
export async function until(holds) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
