// The Mini App in its frame: what Telegram tells it, what it asks of the phone, and the market that
// it reaches from there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, button, last, openAs, run, say, starsOf, until, useWorld } from "./steps.mjs";

useWorld();

/** Opens a page in the frame that says nothing by itself, as `person`; its frame. */
async function openBlank(page, person) {
  const url = await blankPage(page);
  await run.bot.call("sendMessage", { chat_id: person, text: "A blank page", reply_markup: { inline_keyboard: [[{ text: "Blank", web_app: { url } }]] } });
  await button(page, "Blank").click();
  return frameOf(page);
}

/**
 * Opens the Mini App of Torg's own bot by a link: the market knows only those whom its own bot has
 * signed for.
 */
async function openMarket(page, person, query) {
  await run.bot.call("sendMessage", { chat_id: person, text: "To the market", reply_markup: { inline_keyboard: [[{ text: "Market", url: `https://t.me/torg_demo_bot?${query}` }]] } });
  await button(page, "Market").click();
  return frameOf(page);
}

/** Whether the Mini App is in the binary; else the test says that it is not, and ends. */
async function isBuilt(t) {
  const page = await (await fetch(`${run.world.url}app/`)).text();
  if (page.includes('id="app"')) return true;
  assert.ok(process.env.CI !== "true", "CI has Node, so the Mini App must be there");
  t.skip("the Mini App is not in this binary");
  return false;
}

/** Makes a page that is blank, at an address that is no other's; the address. */
async function blankPage(page) {
  const url = `${run.world.url}app/blank`;
  const body = "<!doctype html><title>Blank</title><link rel=icon href=/_sandbox/icon.svg><main id=app><p>Blank</p></main>";
  await page.route(`${url}*`, (route) => route.fulfill({ contentType: "text/html", body }));
  return url;
}

async function frameOf(page) {
  const frame = await (await page.waitForSelector("iframe.app-frame")).contentFrame();
  await frame.waitForSelector("#app > *");
  // What the phone sends to the app, for the tests to read.
  await frame.evaluate(() => {
    window.heard = [];
    window.addEventListener("message", (event) => {
      if (event.source === window.parent) window.heard.push(JSON.parse(event.data));
    });
  });
  return frame;
}

const tell = (frame, eventType, eventData = null) =>
  frame.evaluate((message) => window.parent.postMessage(JSON.stringify(message), location.origin), { eventType, eventData });

/** The data of the next event of this type that the app hears. */
async function hears(frame, type) {
  const handle = await frame.waitForFunction((wanted) => {
    const at = window.heard.findIndex((event) => event.eventType === wanted);
    return at < 0 ? null : window.heard.splice(at, 1);
  }, type);
  return (await handle.jsonValue())[0].eventData;
}

test("it is told who opened it, and it has the buttons of the phone", async () => {
  const page = await begin(1001);
  const frame = await openBlank(page, 1001);
  const hash = new URLSearchParams(new URL(frame.url()).hash.slice(1));
  assert.equal(hash.get("tgWebAppVersion"), "9.1");
  assert.equal(hash.get("tgWebAppPlatform"), "web");
  assert.equal(JSON.parse(new URLSearchParams(hash.get("tgWebAppData")).get("user")).id, 1001);
  assert.match(JSON.parse(hash.get("tgWebAppThemeParams")).bg_color, /^#[0-9a-f]{6}$/);
  await page.locator("[data-app=close]").click();
  await page.locator("iframe.app-frame").waitFor({ state: "detached" });
});

test("light and dark reach it at once", async () => {
  const page = await begin(1001, { scheme: "light" });
  const frame = await openBlank(page, 1001);
  const color = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const day = await color();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.notDeepEqual((await hears(frame, "theme_changed")).theme_params.bg_color, "#ffffff");
  assert.notEqual(await color(), day);
  // The switch of the page is stronger than the system.
  await page.click("#theme");
  assert.equal((await hears(frame, "theme_changed")).theme_params.bg_color, "#ffffff");
  assert.equal(await color(), day);
  assert.equal(await page.getAttribute("html", "data-theme"), "light");
});

test("the protocol of the web client", async () => {
  const page = await begin(1001);
  const frame = await openBlank(page, 1001);
  await tell(frame, "web_app_request_viewport");
  const viewport = await hears(frame, "viewport_changed");
  assert.ok(viewport.height > 200 && viewport.is_state_stable && viewport.is_expanded, JSON.stringify(viewport));
  await tell(frame, "web_app_request_theme");
  assert.ok((await hears(frame, "theme_changed")).theme_params.button_color);
  for (const [ask, answer] of [["web_app_request_safe_area", "safe_area_changed"], ["web_app_request_content_safe_area", "content_safe_area_changed"]]) {
    await tell(frame, ask);
    assert.deepEqual(await hears(frame, answer), { top: 0, right: 0, bottom: 0, left: 0 });
  }
  await tell(frame, "web_app_setup_main_button", { is_visible: true, text: "Main", color: "#112233", text_color: "#ffeedd" });
  await tell(frame, "web_app_setup_secondary_button", { is_visible: true, text: "Other", position: "top" });
  await page.locator(".app-main", { hasText: "Main" }).click();
  assert.equal(await hears(frame, "main_button_pressed"), null);
  assert.equal(await page.locator(".app-main").evaluate((b) => getComputedStyle(b).backgroundColor), "rgb(17, 34, 51)");
  await page.locator(".app-secondary", { hasText: "Other" }).click();
  await hears(frame, "secondary_button_pressed");
  await tell(frame, "web_app_setup_main_button", { is_visible: true, text: "Wait", is_progress_visible: true });
  await page.locator(".app-main[aria-busy=true]:disabled").waitFor();
  await tell(frame, "web_app_setup_back_button", { is_visible: true });
  await page.locator("[data-app=back]").click();
  await hears(frame, "back_button_pressed");
  await tell(frame, "web_app_setup_settings_button", { is_visible: true });
  await tell(frame, "web_app_set_header_color", { color: "#203040" });
  await until(() => page.locator(".app-head").evaluate((head) => getComputedStyle(head).backgroundColor === "rgb(32, 48, 64)"));
  await page.locator(".app-head").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await hears(frame, "settings_button_pressed");
  await tell(frame, "web_app_open_popup", { title: "Sure?", message: "It cannot be undone", buttons: [{ id: "go", type: "destructive", text: "Go" }, { id: "no", type: "cancel" }] });
  await page.getByRole("dialog").getByRole("button", { name: "Go" }).click();
  assert.deepEqual(await hears(frame, "popup_closed"), { button_id: "go" });
  await tell(frame, "web_app_open_popup", { message: "Again", buttons: [{ id: "ok", type: "ok" }] });
  await page.getByRole("dialog").getByText("Again").waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(await hears(frame, "popup_closed"), {});
  await tell(frame, "web_app_open_link", { url: "https://example.com/x" });
  await page.getByRole("dialog").getByText("https://example.com/x").waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => navigator.clipboard.writeText("from the clipboard"));
  await tell(frame, "web_app_read_text_from_clipboard", { req_id: "r1" });
  assert.equal((await hears(frame, "clipboard_text_received")).req_id, "r1");
  // What nobody knows, and what makes no sense, is passed over.
  for (const nonsense of [["web_app_from_the_future", {}], ["constructor", {}], ["web_app_open_popup", { message: {} }], ["web_app_open_invoice", { slug: "../x" }], ["web_app_set_header_color", { color: "red" }], ["web_app_open_link", { url: "javascript:alert(1)" }]]) {
    await tell(frame, ...nonsense);
  }
  await frame.evaluate(() => window.parent.postMessage("no JSON", location.origin));
  await tell(frame, "web_app_setup_main_button", { is_visible: true, text: "Genuine" });
  await page.locator(".app-main", { hasText: "Genuine" }).waitFor();
  // What another window says is not the app's.
  await page.evaluate(() => window.postMessage(JSON.stringify({ eventType: "web_app_setup_main_button", eventData: { is_visible: true, text: "Forged" } }), location.origin));
  await tell(frame, "web_app_request_viewport");
  await hears(frame, "viewport_changed");
  assert.equal(await page.locator(".app-main", { hasText: "Forged" }).count(), 0);
  await tell(frame, "web_app_setup_closing_behavior", { need_confirmation: true });
  await tell(frame, "web_app_setup_back_button", { is_visible: false });
  await page.locator("[data-app=close]").click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  assert.equal(await page.locator("iframe.app-frame").count(), 1);
  await tell(frame, "web_app_close");
  await page.locator("iframe.app-frame").waitFor({ state: "detached" });
});

test("an invoice of the app is paid in the phone", async () => {
  const page = await begin(2001);
  await fetch(`${run.world.url}_sandbox/telegram/act`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ as: 2001, type: "add_stars", amount: 100 }) });
  const had = await starsOf(2001);
  const link = await run.bot.call("createInvoiceLink", { title: "Gift", description: "For the app", payload: "p2", currency: "XTR", prices: [{ label: "Gift", amount: 30 }], provider_token: "" });
  const slug = link.split("/").at(-1).replace("$", "");
  const frame = await openBlank(page, 2001);
  await tell(frame, "web_app_open_invoice", { slug });
  await page.locator(".pay").getByText("Gift").waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(await hears(frame, "invoice_closed"), { slug, status: "cancelled" });
  await tell(frame, "web_app_open_invoice", { slug });
  await page.locator(".pay-now").click();
  await page.getByRole("button", { name: "Done" }).click();
  assert.deepEqual(await hears(frame, "invoice_closed"), { slug, status: "paid" });
  assert.equal(await starsOf(2001), had - 30);
});

test("an app that a button of the keyboard opened sends its data to the bot", async () => {
  const page = await begin(2004);
  await blankPage(page);
  await say(page, "/keys");
  await page.locator(".reply-keyboard button", { hasText: "Form" }).click();
  const frame = await frameOf(page);
  await tell(frame, "web_app_data_send", { data: "filled in" });
  await page.locator("iframe.app-frame").waitFor({ state: "detached" });
  await page.locator(".service", { hasText: "Data from “Form”" }).waitFor();
  assert.ok(await until(() => run.bot.seen.includes("data:Form:filled in")));
});

test("the real one: a deep link leads to a job, which is taken with the buttons of the phone", async (t) => {
  if (!(await isBuilt(t))) return;
  const contact = "@phone_test_contact";
  const people = await (await fetch(`${run.world.url}_sandbox/people`)).json();
  const [anna] = people;
  const body = { category: "Электрика", city: "Москва", description: "The light in the kitchen has gone out, please come", contact };
  const made = await fetch(`${run.world.url}api/orders`, { method: "POST", headers: { "content-type": "application/json", authorization: `tma ${anna.init_data}` }, body: JSON.stringify(body) });
  assert.equal(made.status, 201);
  const order = await made.json();
  const page = await begin(2002);
  const frame = await openMarket(page, 2002, `startapp=order_${order.id}`);
  await frame.waitForSelector("text=The light in the kitchen");
  assert.equal(await frame.locator("[data-testid=contact]").count(), 0, "the contact is hidden before the take");
  // The arrow closes the sheet that lies on top, and then it is the screen's again.
  await page.locator("[data-app=back]").waitFor();
  await page.locator(".app-main", { hasText: "2" }).click();
  await frame.locator("[data-testid=take-yes]").waitFor();
  await page.locator("[data-app=back]").click();
  await frame.locator("[data-testid=take-yes]").waitFor({ state: "detached" });
  await page.locator(".app-main", { hasText: "2" }).click();
  await frame.locator("[data-testid=take-yes]").click();
  await frame.locator("[data-testid=contact]", { hasText: contact }).waitFor();
  await page.locator("[data-app=back]").click();
  await frame.locator("[data-testid=order-head]").waitFor({ state: "detached" });
});

test("the real one obeys the light of the phone", async (t) => {
  if (!(await isBuilt(t))) return;
  const page = await begin(1001, { scheme: "light" });
  const frame = await openMarket(page, 1001, "startapp");
  await frame.locator("h1", { hasText: "Анна" }).waitFor();
  const color = () => frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const day = await color();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.ok(await until(async () => (await color()) !== day));
});

test("the real one in tabs of its own: each person, and the panel of the operator", async (t) => {
  if (!(await isBuilt(t))) return;
  const page = await openAs(1001);
  // The customer, four executors, the operator, and the rest of the staff.
  assert.equal(await page.locator("[data-app-link^=app-]:visible").count(), 10);
  const open = async (name) => {
    const [tab] = await Promise.all([page.context().waitForEvent("page"), page.click(`.tg-apps [data-app-link="${name}"]`)]);
    await tab.waitForSelector("#app > *");
    return tab;
  };
  await (await open("app-1001")).locator("h1", { hasText: "Анна" }).waitFor();
  const panel = await open("admin-3001");
  assert.equal(new URL(panel.url()).pathname, "/app/admin");
  await panel.locator("h1").first().waitFor();
});

test("on a narrow screen, in Russian, the app fills the page", async (t) => {
  if (!(await isBuilt(t))) return;
  const page = await openAs(2003, { lang: "ru", width: 390, height: 844 });
  await page.click(`[data-chat="${run.world.bot}"]`);
  await page.locator("button.start", { hasText: "Старт" }).click();
  await last(page, "Bold").waitFor();
  await say(page, "привет");
  await last(page, "Heard: привет").waitFor();
  const frame = await openMarket(page, 2003, "startapp");
  await frame.locator("h1", { hasText: "Глеб" }).waitFor();
  assert.equal(await frame.getAttribute("html", "lang"), "ru");
  const [box, whole] = [await page.locator(".phone").boundingBox(), await page.evaluate(() => [innerWidth, innerHeight, document.documentElement.scrollWidth])];
  assert.ok(box.width === whole[0] && Math.abs(box.y + box.height - whole[1]) < 1, JSON.stringify([box, whole]));
  assert.equal(whole[2], whole[0], "nothing sticks out at the side");
});
