// What a file of tests has in common: one server, one browser, and a look at every page afterwards.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { launchBrowser, openApp } from "./browser.mjs";
import { World } from "./world.mjs";

/** Filled before the first test. */
export const run = { world: null, browser: null };
const open = new Set();

/** `prepare` fills the world; `settings` are those of the program. */
export function useWorld({ prepare, settings } = {}) {
  before(async () => {
    [run.world, run.browser] = await Promise.all([World.start(settings), launchBrowser()]);
    await prepare?.(run.world);
  });
  after(async () => {
    await run.browser?.close();
    await run.world?.stop();
  });
  afterEach(async () => {
    const faults = [...open].flatMap((phone) => phone.faults);
    await Promise.all([...open].map((phone) => phone.context.close()));
    open.clear();
    assert.deepEqual(faults, [], "no error, nothing that the policy refuses, no request to another origin");
  });
}

/** The app as `person` has it in their hand; closed and looked at when the test ends. */
export async function phone(person, options) {
  const opened = await openApp(run.browser, run.world, person, options);
  open.add(opened);
  return opened;
}

/** Has `opened` looked at when the test ends, too. */
export const watch = (opened) => open.add(opened);

/** Waits until `holds()` is truthy, and returns it. */
export async function until(holds, what = "it does not come to hold") {
  for (let tries = 0; tries < 150; tries += 1) {
    const value = await holds();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(what);
}
