// What the staff does in the panel, pressed through, and what each role may not.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { goTo } from "../harness/browser.mjs";
import { phone, run, until, useWorld } from "../harness/run.mjs";
import { because, by, press, sheet, sound } from "../harness/steps.mjs";
import { ANNA, BORIS, ELENA, VERA } from "../harness/world.mjs";

// Every withdrawal waits for somebody.
useWorld({ settings: { TORG_TON__AUTOMATIC_WITHDRAWAL: "0" } });

const desk = (person, path = "admin", more = {}) => phone(person, { path, lang: "en", width: 1280, height: 860, ...more });

const entries = async (action) => (await run.world.call(ELENA, "GET", `/api/admin/audit?action=${action}`)).entries;

test("a withdrawal is approved and goes out", async () => {
  await run.world.call(ELENA, "POST", `/api/admin/users/${ANNA.id}/adjustments`, { currency: "TON", amount: "20", reason: "To have something to withdraw" });
  const wallets = await (await fetch(`${run.world.url}_sandbox/chain/dev/wallets`)).json();
  const { address } = wallets.find(({ name }) => name === "anna") ?? wallets[0];
  await run.world.call(ANNA, "POST", "/api/wallet/withdrawals", { amount: "3", address });
  const { page } = await desk(ELENA);
  await press(page, "waits-platform.withdrawals_to_approve");
  await page.waitForURL("**/admin/money/withdrawals*");
  await press(page, "approve");
  await sound(page, "an approval");
  await because(page, "Looks right");
  await until(async () => (await run.world.call(ANNA, "GET", "/api/wallet/withdrawals")).withdrawals[0].state === "confirmed", "it does not arrive");
  await until(async () => (await by(page, "approve").count()) === 0);
  assert.equal((await entries("platform.approve_withdrawal")).length, 1);
});

test("a balance is corrected with a reason, after a second look", async () => {
  const had = await run.world.balance(VERA);
  const { page } = await desk(ELENA, "admin/people");
  await page.locator("input[type=search]").fill("орло");
  await page.locator("a.cover", { hasText: "Орлова" }).click();
  await press(page, "adjust");
  await page.locator("[name=amount]").fill("0");
  await page.locator("[name=reason]").fill("Paid twice by mistake");
  await press(page, "adjust-next");
  await page.locator(".problem").waitFor();
  await page.locator("[name=amount]").fill("25");
  await sound(page, "a correction");
  await press(page, "adjust-next");
  await press(page, "adjust-yes");
  await sheet(page).waitFor({ state: "detached" });
  assert.equal(await run.world.balance(VERA), had + 25);
  await press(page, "person-adjustments");
  await page.locator("text=Paid twice by mistake").waitFor();
});

test("a dead letter is mended and tried again", async () => {
  const heard = [];
  let answer = 410;
  const listener = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      heard.push(body);
      response.writeHead(answer).end();
    });
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  try {
    const url = `http://127.0.0.1:${listener.address().port}/hook`;
    await run.world.call(ELENA, "POST", "/api/admin/webhooks", { url, topics: ["services.order_created"] });
    await run.world.order(ANNA, { description: "Починить калитку во дворе, петля сорвана", contact: "+7 916 700-00-01" });
    await until(async () => (await run.world.call(ELENA, "GET", "/api/admin/outbox/dead-letters")).dead_letters.length > 0, "nothing died");
    answer = 200;
    const { page } = await desk(ELENA, "admin/webhooks");
    // An address that is gone is switched off by itself.
    await press(page, "flip");
    await until(async () => (await run.world.call(ELENA, "GET", "/api/admin/webhooks")).webhooks.every(({ is_active }) => is_active));
    await press(page, "to-jobs/letters");
    await press(page, "edit");
    const area = page.locator("[name=payload]");
    const payload = JSON.parse(await area.inputValue());
    await area.fill("{ not JSON");
    await press(page, "save-retry");
    await page.locator(".problem").waitFor();
    await sound(page, "a letter that is no JSON");
    await area.fill(JSON.stringify({ ...payload, mended: "by hand" }));
    await press(page, "save-retry");
    await until(() => heard.some((body) => body.includes('"mended":"by hand"')), "the mended letter does not arrive");
    await until(async () => (await by(page, "edit").count()) === 0);
  } finally {
    listener.close();
  }
});

test("a closed market begins nothing new and says why, until it is opened", async () => {
  const { page: customer } = await phone(ANNA, { path: "services/new" });
  const { page } = await desk(ELENA, "admin/markets");
  await press(page, "close-services");
  await press(page, "deed-yes");
  await page.locator(".problem").waitFor();
  await because(page, "Moving to another data centre");
  await page.locator("[data-testid=market-services] .quote", { hasText: "another data centre" }).waitFor();
  await customer.reload();
  await by(customer, "paused").filter({ hasText: "another data centre" }).waitFor();
  assert.ok(await by(customer, "main-action").isDisabled());
  await sound(customer, "a closed market");
  const refused = await run.world.ask(ANNA, "POST", "/api/orders", { category: "Другое", city: "Москва", description: "Something that nobody takes now", contact: "+7 916 700-00-02" });
  assert.deepEqual([refused.status, refused.body.code], [503, "market_paused"]);
  await goTo(customer, "/");
  await by(customer, "market-services").filter({ hasText: "another data centre" }).waitFor();
  await goTo(page, "/admin");
  await by(page, "paused-services").waitFor();
  await press(page, "paused-services");
  await press(page, "reopen-services");
  await sheet(page).locator(".button").first().click();
  await by(page, "close-services").waitFor();
  await customer.reload();
  await until(async () => (await by(customer, "paused").count()) === 0);
});

test("a setting is changed with its history, and whoever is overtaken is told", async () => {
  const { page } = await desk(ELENA, "admin/settings");
  const name = "services.take_price";
  await press(page, `edit-${name}`);
  await page.locator("[name=value]").fill("-5");
  await sheet(page).locator("textarea").last().fill("Spring prices");
  await press(page, "setting-save");
  await page.locator(".problem").waitFor();
  await page.locator("[name=value]").fill("3");
  const { settings } = await run.world.call(ELENA, "GET", "/api/admin/settings");
  const { version } = settings.find((one) => one.name === name);
  await run.world.call(ELENA, "PUT", `/api/admin/settings/${name}`, { value: "4.00", reason: "Somebody was faster", version });
  await press(page, "setting-save");
  await page.locator("dialog [role=alert], dialog .warn, .toast.bad").first().waitFor();
  await sound(page, "overtaken");
  await page.keyboard.press("Escape");
  await until(async () => (await sheet(page).count()) === 0);
  await press(page, `edit-${name}`);
  await page.locator("[name=value]").fill("3");
  await sheet(page).locator("textarea").last().fill("Spring prices");
  await press(page, "setting-save");
  await sheet(page).waitFor({ state: "detached" });
  await goTo(page, `/admin/settings/${name}`);
  await by(page, "history").filter({ hasText: "Spring prices" }).filter({ hasText: "Somebody was faster" }).waitFor();
  const order = await run.world.order(ANNA, { description: "Покрасить забор на даче, краска куплена", contact: "+7 916 700-00-03" });
  assert.equal(order.price, 3);
});

test("the operator's secret opens the panel in a plain tab", async () => {
  const { page } = await desk(null);
  await page.locator("[name=secret]").fill("wrong-secret");
  await press(page, "sign-in");
  await page.locator(".problem").waitFor();
  await page.locator("[name=secret]").fill(run.world.secret);
  await press(page, "sign-in");
  await by(page, "to-people").waitFor();
  await page.reload();
  await by(page, "to-people").waitFor();
});

const ROLES = ["finance", "moderator", "support", "read_only"];
// Who, beside an owner, may ask for what; whoever may not gets 403, whatever the request says.
const RIGHTS = [
  ["GET", "/api/admin/today", undefined, ROLES],
  ["GET", "/api/admin/users", undefined, ROLES],
  ["GET", "/api/admin/ledger", undefined, ROLES],
  ["GET", "/api/admin/ledger.csv", undefined, ["finance"]],
  ["GET", "/api/admin/audit.csv", undefined, []],
  ["POST", `/api/admin/users/${BORIS.id}/notes`, { text: "Seen" }, ["support", "moderator", "finance"]],
  ["POST", `/api/admin/users/${BORIS.id}/adjustments`, { currency: "RUB", amount: "1.00", reason: "A test of rights" }, ["finance"]],
  ["PUT", `/api/admin/users/${VERA.id}/block`, { reason: "A test of rights" }, ["moderator"]],
  ["DELETE", `/api/admin/users/${VERA.id}/block`, undefined, ["moderator"]],
  ["PUT", "/api/admin/markets/shop/pause", { reason: "A test of rights" }, ["moderator"]],
  ["DELETE", "/api/admin/markets/shop/pause", undefined, ["moderator"]],
  ["PUT", "/api/admin/settings/services.take_price", { value: "3.00", reason: "A test of rights", version: 0 }, []],
  ["POST", "/api/admin/wallet/halt", { note: "A test of rights" }, ["finance"]],
  ["POST", "/api/admin/wallet/resume", { note: "A test of rights" }, ["finance"]],
  ["PUT", "/api/admin/staff/5/roles/owner", undefined, []],
  ["POST", "/api/admin/webhooks", { url: "https://example.org/", topics: ["*"] }, []],
];
// What the panel offers: a page, what is pressed there, and who may press it.
const OFFERS = [
  [`/admin/people/${BORIS.id}`, "adjust", ["finance"]],
  [`/admin/people/${BORIS.id}`, "block", ["moderator"]],
  [`/admin/people/${BORIS.id}`, "note-add", ["support", "moderator", "finance"]],
  ["/admin/markets", "close-shop", ["moderator"]],
  ["/admin/webhooks", "add-webhook", []],
  ["/admin/staff", "grant", []],
];

for (const [n, role] of ROLES.entries()) {
  test(`${role} sees everything and does what is theirs`, async () => {
    const person = await run.world.staff(40_001 + n, role, `Staff ${role}`);
    for (const [method, path, body, may] of RIGHTS) {
      const { status, body: answer } = await run.world.ask(person, method, path, body);
      if (may.includes(role)) assert.ok(status < 300 || status === 409 || status === 412, `${role} ${method} ${path}: ${status} ${JSON.stringify(answer)}`);
      else assert.deepEqual([status, typeof answer.code], [403, "string"], `${role} ${method} ${path}: ${status}`);
    }
    const { page } = await desk(person);
    for (const [path, what, may] of OFFERS) {
      await goTo(page, path);
      const there = by(page, what);
      const usable = (await there.count()) > 0 && (await there.first().isEnabled());
      assert.equal(usable, may.includes(role), `${role} ${usable ? "is" : "is not"} offered ${what}`);
    }
    await sound(page, `the panel of ${role}`);
  });
}

test("nobody else gets in", async () => {
  for (const [method, path, body] of RIGHTS) {
    assert.equal((await run.world.ask(ANNA, method, path, body)).status, 403, `${method} ${path}`);
    assert.equal((await run.world.ask(null, method, path, body)).status, 401, `${method} ${path}`);
  }
  const { page } = await phone(ANNA, { path: "admin", lang: "en" });
  assert.equal(await by(page, "to-people").count(), 0);
  await sound(page, "no entry");
});
