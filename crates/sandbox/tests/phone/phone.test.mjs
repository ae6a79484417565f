// What a stranger does first with the demo, in a real browser: starts a bot, presses its buttons,
// pays, opens the Mini App, turns the light off. The bot is the test's own, see `bot.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, button, last, openAs, run, say, starsOf, until, useWorld } from "./steps.mjs";

useWorld();

test("a bot is started, and what it writes is shown as text", async () => {
  const page = await begin(1001);
  const body = last(page, "Bold").locator(".text-body");
  for (const [tag, text] of [["b", "Bold"], ["i", "slanted"], ["u", "under"], ["s", "gone"], ["code", "x = 1"], ["a", "a link"]]) {
    assert.equal(await body.locator(tag, { hasText: text }).count(), 1, tag);
  }
  assert.match(await body.innerText(), /<img src=x onerror=alert\(1\)>/, "markup of strangers stays text");
  assert.equal(await page.locator(".phone img").count(), 0);
  await body.locator(".spoiler").click();
  assert.match(await body.innerText(), /secret/);
  await body.locator("button.command", { hasText: "/keys" }).click();
  await page.locator(".reply-keyboard").waitFor();
  assert.equal(await page.getAttribute(".entry", "placeholder"), "Choose");
  await page.locator(".reply-keyboard button", { hasText: "Mine" }).click();
  await last(page, "Heard: Mine").waitFor();
  await say(page, "/nokeys");
  await page.locator(".reply-keyboard").waitFor({ state: "detached" });
});

test("pictures come from the local Telegram only", async () => {
  const page = await begin(1001);
  const form = new FormData();
  form.set("chat_id", "1001");
  form.set("caption", "One dot");
  const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  form.set("photo", new Blob([Buffer.from(dot, "base64")], { type: "image/png" }), "dot.png");
  await run.bot.call("sendPhoto", form);
  const picture = last(page, "One dot").locator("img.photo");
  await picture.waitFor({ state: "attached" });
  assert.ok(await until(() => picture.evaluate((image) => image.complete && image.naturalWidth === 1)));
  // One that lives elsewhere is not asked for: `afterEach` would see the request.
  await run.bot.call("sendPhoto", { chat_id: 1001, photo: "https://example.com/far.png", caption: "Far away" });
  await last(page, "Far away").locator(".media", { hasText: "Photo" }).waitFor();
});

test("buttons wait for their answer, messages change and vanish in place", async () => {
  const page = await begin(2001);
  run.bot.holds = true;
  await button(page, "Take").click();
  await page.locator(".inline-button.waits").waitFor();
  assert.equal(await button(page, "Take").getAttribute("aria-busy"), "true");
  run.bot.release();
  await page.locator(".phone-toast", { hasText: "Taken" }).waitFor();
  const changed = last(page, "The contact is open");
  await changed.waitFor();
  assert.match(await changed.innerText(), /edited/);
  assert.equal(await page.locator(".inline-button.waits").count(), 0);
  await button(page, "Done").click();
  await changed.waitFor({ state: "detached" });
  await say(page, "/start");
  await button(page, "Warn").click();
  const alert = page.getByRole("dialog");
  await alert.getByText("Mind the gap").waitFor();
  await page.keyboard.press("Escape");
  await alert.waitFor({ state: "detached" });
  await button(page, "Copy").click();
  await page.locator(".phone-toast", { hasText: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "copied");
  await button(page, "Site").click();
  await page.getByRole("dialog").getByText("https://example.com/site").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
});

test("own messages are answered, edited and deleted", async () => {
  const page = await begin(2002);
  await say(page, "first words");
  await last(page, "Heard: first words").waitFor();
  const mine = page.locator(".message.out", { hasText: "first words" }).last();
  await mine.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.fill(".entry", "second words");
  await page.press(".entry", "Enter");
  await page.locator(".message.out", { hasText: "second words" }).waitFor();
  assert.ok(await until(() => run.bot.seen.includes("edited:second words")), "the bot has learnt of it");
  await last(page, "Heard: first words").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Reply" }).click();
  await say(page, "an answer");
  await page.locator(".message.out", { hasText: "an answer" }).locator(".quote", { hasText: "Heard: first words" }).waitFor();
  await page.locator(".message.out", { hasText: "second words" }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.locator(".message.out", { hasText: "second words" }).waitFor({ state: "detached" });
});

test("an invoice is paid, refused, and given back", async () => {
  const page = await begin(2003);
  await button(page, "Invoice").click();
  const card = last(page, "100 roubles on the balance");
  await card.waitFor();
  await card.locator(".inline-button").click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Confirm your purchase").waitFor();
  // Whoever has too little is offered what is missing.
  const before = await starsOf(2003);
  if (before < 56) {
    await sheet.getByRole("button", { name: /Top up/ }).first().click();
  }
  await sheet.locator(".pay-now").waitFor();
  const had = await starsOf(2003);
  run.bot.refuses = "The order is gone";
  await sheet.locator(".pay-now").click();
  await sheet.getByRole("alert").getByText("The order is gone").waitFor();
  assert.equal(await starsOf(2003), had, "a refused payment takes nothing");
  run.bot.refuses = undefined;
  await sheet.locator(".pay-now").click();
  await sheet.getByText("Paid", { exact: true }).waitFor();
  await sheet.getByRole("button", { name: "Done" }).click();
  await page.locator(".service", { hasText: "You paid 56" }).waitFor();
  assert.ok(await until(() => run.bot.seen.includes("paid:56")));
  assert.equal(await starsOf(2003), had - 56);
  await say(page, "/refund");
  await page.locator(".service", { hasText: "56 were returned" }).waitFor();
  assert.ok(await until(async () => (await starsOf(2003)) === had), "the Stars are back");
});

test("a bot is blocked and unblocked", async () => {
  const page = await begin(2004);
  await page.getByRole("button", { name: "More" }).first().click();
  await page.getByRole("menuitem", { name: "Block the bot" }).click();
  await page.locator("button.start", { hasText: "Unblock" }).waitFor();
  assert.ok(await until(() => run.bot.seen.includes("member:kicked")));
  await page.locator("button.start").click();
  await page.locator(".entry").waitFor();
  assert.ok(await until(() => run.bot.seen.includes("member:member")));
});

test("commands are suggested in the language of the page, and the page changes it for everybody", async () => {
  const page = await begin(1001);
  await page.fill(".entry", "/k");
  await page.getByRole("option", { name: "/keys Show keys" }).waitFor();
  const languages = async () => {
    const people = await (await fetch(`${run.world.url}_sandbox/telegram/people`)).json();
    return [...new Set(people.map((person) => person.language_code))];
  };
  assert.deepEqual(await languages(), ["en"]);
  await page.click("[data-lang=ru]");
  await page.fill(".entry", "/k");
  await page.getByRole("option", { name: "/keys Показать клавиши" }).waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "ru");
  assert.equal(await page.getAttribute(".entry", "placeholder"), "Сообщение");
  assert.deepEqual(await languages(), ["ru"]);
});

test("who is away finds what is unread", async () => {
  await (await begin(1001)).close();
  const page = await openAs(2001);
  await run.bot.call("sendMessage", { chat_id: 1001, text: "Are you there?" });
  const badge = page.locator(`[data-person="1001"] .badge`);
  await badge.waitFor();
  await page.click(`[data-person="1001"]`);
  // One, or two when the first page was closed before it had read the greeting.
  await page.locator(".chat-row", { hasText: "Are you there?" }).locator(".badge", { hasText: /^[12]$/ }).waitFor();
  await page.click(`[data-chat="${run.world.bot}"]`);
  await last(page, "Are you there?").waitFor();
  await badge.waitFor({ state: "detached" });
});
