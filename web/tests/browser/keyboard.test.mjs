// The panel without a mouse: everything is reached by Tab, done by Enter, left by Escape.

import assert from "node:assert/strict";
import { test } from "node:test";
import { phone, run, until, useWorld } from "../harness/run.mjs";
import { by, sheet } from "../harness/steps.mjs";
import { ANNA, ELENA, VERA } from "../harness/world.mjs";

useWorld({ settings: { TORG_TON__AUTOMATIC_WITHDRAWAL: "0" } });

/** Presses Tab until the focus is on what `selector` names; the focus must be visible on the way. */
async function tabTo(page, selector, most = 120) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((wanted) => {
      const element = document.activeElement;
      if (element === null || element === document.body) return { there: false, seen: true };
      // A link that covers its row draws the ring around the row.
      const seen = [undefined, "::after"].some((part) => {
        const style = getComputedStyle(element, part);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
      });
      return { there: element.matches(wanted), seen, what: element.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(at.seen, `the focus is not to be seen on ${at.what}`);
    if (at.there) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

const open = (path) => phone(ELENA, { path, lang: "en", width: 1280, height: 860 });
const type = (page, text) => page.keyboard.type(text);
const enter = (page) => page.keyboard.press("Enter");

test("a withdrawal is approved", async () => {
  await run.world.call(ELENA, "POST", `/api/admin/users/${ANNA.id}/adjustments`, { currency: "TON", amount: "20", reason: "To have something to withdraw" });
  const wallets = await (await fetch(`${run.world.url}_sandbox/chain/dev/wallets`)).json();
  await run.world.call(ANNA, "POST", "/api/wallet/withdrawals", { amount: "3", address: (wallets.find(({ name }) => name === "anna") ?? wallets[0]).address });
  const { page } = await open("admin");
  await by(page, "waits-platform.withdrawals_to_approve").waitFor();
  await tabTo(page, "[data-testid='waits-platform.withdrawals_to_approve']");
  await enter(page);
  await by(page, "approve").waitFor();
  await tabTo(page, "[data-testid=approve]");
  await enter(page);
  await sheet(page).waitFor();
  // The focus stays inside of the dialog, and Escape leads out, back to where it was.
  for (let n = 0; n < 12; n += 1) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null), "the focus has left the dialog");
  }
  await page.keyboard.press("Escape");
  await until(async () => (await sheet(page).count()) === 0);
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-testid=approve]")), "the focus is where it was");
  await enter(page);
  await tabTo(page, "dialog textarea");
  await type(page, "Looks right");
  await tabTo(page, "[data-testid=deed-yes]");
  await enter(page);
  await until(async () => (await run.world.call(ANNA, "GET", "/api/wallet/withdrawals")).withdrawals[0].state !== "requested");
});

test("somebody is found, noted and corrected", async () => {
  const had = await run.world.balance(VERA);
  const { page } = await open("admin");
  await by(page, "to-people").waitFor();
  await tabTo(page, "[data-testid=to-people]");
  await enter(page);
  await page.locator("input[type=search]").waitFor();
  await tabTo(page, "input[type=search]");
  await type(page, "орло");
  await until(async () => (await page.locator("a.cover").count()) === 1);
  await tabTo(page, "a.cover");
  await enter(page);
  await by(page, "adjust").waitFor();
  await tabTo(page, "[data-testid=adjust]");
  await enter(page);
  await tabTo(page, "[name=amount]");
  await type(page, "10");
  await tabTo(page, "dialog textarea");
  await type(page, "Promised on the phone");
  await tabTo(page, "[data-testid=adjust-next]");
  await enter(page);
  await by(page, "adjust-yes").waitFor();
  await tabTo(page, "[data-testid=adjust-yes]");
  await enter(page);
  await until(async () => (await run.world.balance(VERA)) === had + 10);
  await until(async () => (await sheet(page).count()) === 0);
  await tabTo(page, "main textarea");
  await type(page, "Called, all is well");
  await tabTo(page, "[data-testid=note-add]");
  await enter(page);
  await page.locator(".row-title", { hasText: "Called, all is well" }).waitFor();
});

test("a market is closed and opened again", async () => {
  const { page } = await open("admin/markets");
  await by(page, "close-services").waitFor();
  await tabTo(page, "[data-testid=close-services]");
  await enter(page);
  await tabTo(page, "dialog textarea");
  await type(page, "By keyboard");
  await tabTo(page, "[data-testid=deed-yes]");
  await enter(page);
  await by(page, "reopen-services").waitFor();
  await tabTo(page, "[data-testid=reopen-services]");
  await enter(page);
  await sheet(page).waitFor();
  await tabTo(page, "dialog .button.main");
  await enter(page);
  await by(page, "close-services").waitFor();
});
