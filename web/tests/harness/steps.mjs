// What a finger does.

import assert from "node:assert/strict";
import { axeFaults, layoutFaults } from "./look.mjs";

export const by = (page, id) => page.locator(`[data-testid="${id}"]`);
export const press = (page, id) => by(page, id).first().click();
/** The button at the foot. */
export const act = (page) => press(page, "main-action");
export const option = (page, text) => page.locator(".chip, .segments button", { hasText: text }).first().click();
export const toast = (page, text) => page.locator(".toast", { hasText: text }).first().waitFor();
/** The sheet on top. */
export const sheet = (page) => page.locator("dialog[open]").last();
export const fill = (page, name, text) => page.locator(`[name="${name}"]`).last().fill(text);

/** What lies over a screen is looked at, too. */
export async function sound(page, what) {
  assert.deepEqual([...(await axeFaults(page)), ...(await layoutFaults(page))], [], what);
}

/** Says why in the sheet of a deed, and goes on. */
export async function because(page, reason) {
  await sheet(page).locator("textarea").fill(reason);
  await press(page, "deed-yes");
  await sheet(page).waitFor({ state: "detached" });
}
