// The first screen: who has opened it, in which language and light, and what the page is made of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { phone, run, useWorld } from "../harness/run.mjs";
import { ANNA, ELENA } from "../harness/world.mjs";

useWorld();

test("it greets who opened it, in their language and with the light of Telegram", async () => {
  const back = async (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const day = await phone(ANNA, { lang: "ru", theme: "light" });
  assert.match(await day.page.locator("h1").innerText(), /Анна/);
  assert.equal(await day.page.getAttribute("html", "lang"), "ru");
  assert.equal(await back(day.page), "rgb(244, 244, 245)");
  const night = await phone(ANNA, { lang: "en", theme: "dark" });
  assert.match(await night.page.locator("h1").innerText(), /Hello, Анна/);
  assert.equal(await night.page.getAttribute("html", "lang"), "en");
  assert.equal(await back(night.page), "rgb(15, 15, 15)");
});

test("the panel is offered to the staff alone", async () => {
  assert.equal(await (await phone(ANNA)).page.locator("[data-testid=to-admin]").count(), 0);
  const { page } = await phone(ELENA);
  await page.locator("[data-testid=to-admin]").click();
  await page.waitForURL("**/app/admin");
});

test("in a plain tab, as nobody, it shows the markets", async () => {
  const { page } = await phone(null, { lang: "en" });
  await page.locator("[data-testid=market-services]").waitFor();
  assert.equal(await page.locator("[data-testid=to-balance]").count(), 0);
});

test("the policy of the page is strict, and what breaks it is seen", async () => {
  const answer = await fetch(`${run.world.url}app/`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /style-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe|\*(;|\s)/);
  assert.match(policy, /base-uri 'none'/);
  assert.doesNotMatch(await answer.text(), /<script(?![^>]*\bsrc=)|<style|\son\w+=/i);
  // The tripwire of all other tests trips.
  const { page, faults } = await phone(ANNA);
  await page.evaluate(() => {
    const image = new Image();
    image.setAttribute("onerror", "window.__hostile('planted')");
    document.body.append(image);
    image.src = "/app/assets/none.png";
    document.body.setAttribute("style", "color: red");
    void fetch("https://example.com/").catch(() => undefined);
  });
  await page.waitForTimeout(300);
  for (const what of [/script-src/, /style-src/, /connect-src|elsewhere/]) assert.ok(faults.some((fault) => what.test(fault)), `${what}: ${faults.join("; ")}`);
  faults.length = 0;
});
