// The demo's Mini App for urgent jobs: post one, take one, answer, pay. It proves the frame, the
// buttons of the phone and the deep links until the real one comes.

import { h } from "../../dom.js";
import { askBeforeClosing, backButton, confirm, haptic, initData, mainButton, openInvoice, startParam, tell, user } from "./host.js";
import * as market from "./market.js";
import { categories, categoryName, knows, lang, refusal, roubles, t } from "./words.js";

const box = document.getElementById("app");
/** `feed`, `mine`, `balance`, `post` or `order`, and the id of the order. */
let here = { name: "feed", id: null };
let before = "feed";
let draft = { category: categories[0].wire, city: "", description: "", contact: user.username ? `@${user.username}` : "" };
let amount = 100;
/** Whoever goes on before an answer came does not want it any more. */
let turn = 0;

function say(text) {
  const line = h("p", null, text);
  document.getElementById("said").append(line);
  setTimeout(() => line.remove(), 3500);
}

function show(...children) {
  const named = document.activeElement?.dataset?.name;
  box.replaceChildren(...children.flat().filter(Boolean));
  if (named !== undefined) box.querySelector(`[data-name="${CSS.escape(named)}"]`)?.focus();
}

function go(name, id = null) {
  if (["feed", "mine", "balance"].includes(name)) before = name;
  here = { name, id };
  askBeforeClosing(false);
  scrollTo(0, 0);
  draw();
}

/** Reads what the screen shows and shows it. */
async function draw() {
  turn += 1;
  const [mine, { name, id }] = [turn, here];
  backButton(name === "post" || name === "order" ? leave : null);
  const screens = { feed: feedScreen, mine: mineScreen, balance: balanceScreen, post: postScreen, order: orderScreen };
  await screens[name](() => mine === turn, id);
}

async function leave() {
  if (here.name === "post" && draft.description !== "" && !(await confirm(t("discard"), t("discard_yes")))) return;
  if (here.name === "post") draft.description = "";
  go(before);
}

function tabs() {
  return h("div.tabs", { role: "tablist" }, ["feed", "mine", "balance"].map((name) =>
    h("button", { type: "button", role: "tab", ariaSelected: String(here.name === name), "data-name": `tab-${name}`, onclick: () => go(name) }, t(name))));
}

function failed(answer) {
  mainButton(null);
  show(tabs(), h("p.empty.bad", null, refusal(answer)), h("button.main", { type: "button", onclick: draw }, t("retry")));
}

function card(order) {
  const taken = order.taken_by.length;
  const end = order.status === "active" ? t("left", { n: Math.max(0, Math.ceil(order.seconds_left / 60)) }) : t(`status_${order.status}`);
  return h("button.order", { type: "button", "data-name": order.id, "data-order": order.id, onclick: () => go("order", order.id) },
    h("span.ends", null, h("b", null, categoryName(order.category)), h("small", null, end)),
    h("p", null, order.description),
    h("span.ends", null, h("small", null, order.city), h("span.dots", { ariaLabel: t("of_three", { n: taken }) }, "●".repeat(taken) + "○".repeat(3 - taken))));
}

const list = (orders, empty) => (orders.length === 0 ? h("p.empty", null, t(empty)) : h("div.list", null, orders.map(card)));

async function feedScreen(wanted) {
  mainButton(t("post"), () => go("post"));
  if (box.childElementCount === 0) show(tabs(), h("p.empty", null, t("loading")));
  const answer = await market.feed();
  if (!wanted()) return;
  if (answer.ok) show(tabs(), list(answer.data.orders, "empty_feed"));
  else failed(answer);
}

async function mineScreen(wanted) {
  mainButton(t("post"), () => go("post"));
  const [posted, taken] = await Promise.all([market.mine(), market.taken()]);
  if (!wanted()) return;
  if (!posted.ok || !taken.ok) {
    failed(posted.ok ? taken : posted);
    return;
  }
  const both = [["posted_by_me", posted.data.orders], ["taken_by_me", taken.data.orders]].filter(([, orders]) => orders.length > 0);
  show(tabs(), both.length === 0 ? h("p.empty", null, t("empty_mine")) : both.map(([key, orders]) => [h("small", null, t(key)), list(orders)]).flat());
}

async function orderScreen(wanted, id) {
  const answer = await market.order(id);
  if (!wanted()) return;
  if (!answer.ok) {
    failed(answer);
    return;
  }
  const order = answer.data;
  const iTook = order.taken_by.some((take) => take.executor_id === user.id);
  const own = order.contact !== null && !iTook;
  const price = order.price ?? 2;
  if (order.status === "active" && !own && !iTook) mainButton(t("take", { price }), () => take(id, price), { active: order.taken_by.length < 3 });
  else mainButton(null);
  show(h("div.box", null,
    h("div.ends", null, h("h1", null, categoryName(order.category)), h("small", null, t(`status_${order.status}`))),
    h("p", null, order.description),
    h("dl", null,
      h("dt", null, t("city")), h("dd", null, order.city),
      h("dt", null, t("contact").split(":")[0]), h("dd", null, order.contact === null ? h("span.quiet", null, t("contact_hidden", { price })) : h("span.contact", null, order.contact)),
      h("dt", null, t("who_took")), h("dd", null, order.taken_by.length === 0 ? t("nobody") : t("of_three", { n: order.taken_by.length }))),
    own && order.status === "active" && order.taken_by.length > 0 ? h("div.actions", null,
      order.customer_responded_at ? null : h("button", { type: "button", "data-name": "respond", onclick: () => did(id, "respond", "responded") }, t("respond")),
      h("button", { type: "button", "data-name": "complete", onclick: () => did(id, "complete", "completed", {}) }, t("complete"))) : null));
}

async function take(id, price) {
  mainButton(t("take", { price }), null, { busy: true });
  const answer = await market.act(id, "take");
  haptic(answer.ok ? "success" : "error");
  say(answer.ok ? t("taken") : refusal(answer));
  if (answer.data?.code === "insufficient_balance") go("balance");
  else draw();
}

async function did(id, what, word, body) {
  const answer = await market.act(id, what, body);
  say(answer.ok ? t(word) : refusal(answer));
  draw();
}

async function postScreen() {
  const typed = (name) => (event) => {
    draft[name] = event.target.value;
    askBeforeClosing(draft.description !== "");
    if (name === "city") offerCities(event.target.value);
  };
  const field = (name, tag, more, ...children) => h("label", null, t(name), h(tag, { name, value: draft[name], oninput: typed(name), "data-name": name, required: true, ...more }, ...children));
  const category = field("category", "select", {}, categories.map(({ wire, name }) => h("option", { value: wire, selected: wire === draft.category }, name)));
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); send(form); } },
    h("h1", null, t("post")), category,
    field("city", "input", { autocomplete: "off", list: "cities" }), h("datalist", { id: "cities" }),
    field("description", "textarea", { minLength: 20, maxLength: 1000 }),
    field("contact", "input", { autocomplete: "off" }),
    h("button", { type: "submit", hidden: true }));
  show(form);
  mainButton(t("publish"), () => send(form));
}

async function offerCities(search) {
  if (search.trim().length < 2) return;
  const answer = await market.cities(search.trim());
  if (answer.ok) document.getElementById("cities")?.replaceChildren(...answer.data.slice(0, 8).map((value) => h("option", { value })));
}

async function send(form) {
  if (!form.reportValidity()) return;
  mainButton(t("publish"), null, { busy: true });
  const answer = await market.post(draft);
  haptic(answer.ok ? "success" : "error");
  say(answer.ok ? t("posted") : refusal(answer));
  if (!answer.ok) {
    mainButton(t("publish"), () => send(form));
    return;
  }
  draft = { ...draft, description: "" };
  before = "mine";
  go("order", answer.data.id);
}

async function balanceScreen(wanted) {
  const [answer, lines] = await Promise.all([market.balance(), market.lines()]);
  if (!wanted()) return;
  if (!answer.ok) {
    failed(answer);
    return;
  }
  const moved = lines.ok ? lines.data.transactions : [];
  show(tabs(),
    h("div.box", null, h("small", null, t("have")), h("div.sum", null, roubles(answer.data.balance)),
      h("div.choices", { role: "group" }, [50, 100, 300].map((value) =>
        h("button", { type: "button", ariaPressed: String(value === amount), "data-name": `amount-${value}`, onclick: () => { amount = value; draw(); } }, `+${roubles(value)}`)))),
    moved.length === 0 ? null : h("div.box", null, h("small", null, t("last_lines")), h("ol.lines", null, moved.map((line) =>
      h("li", null, h("span", null, knows(`line_${line.type}`) ? t(`line_${line.type}`) : line.description),
        h(line.amount > 0 ? "b.plus" : "b", null, `${line.amount > 0 ? "+" : "−"}${roubles(Math.abs(line.amount))}`))))));
  mainButton(t("top_up", { n: amount }), topUp);
}

async function topUp() {
  mainButton(t("top_up", { n: amount }), null, { busy: true });
  const answer = await market.invoice(amount);
  if (!answer.ok) {
    say(refusal(answer));
  } else if (answer.data.mini_app_invoice_url) {
    const status = await openInvoice(answer.data.mini_app_invoice_url);
    // What the phone says is a hint; what counts is what the server has been told.
    if (status === "paid") await arrived(answer.data.payment_id);
    else say(t("not_paid"));
  } else {
    tell("web_app_open_link", { url: answer.data.pay_url });
  }
  if (here.name === "balance") draw();
}

async function arrived(id) {
  for (let tries = 0; tries < 20; tries += 1) {
    const answer = await market.payment(id);
    if (answer.ok && answer.data.status === "paid") {
      haptic("success");
      say(t("topped_up"));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

document.documentElement.lang = lang;
if (initData === "") {
  show(h("p.empty", null, t("outside")));
} else {
  tell("iframe_ready", { reload_supported: false });
  const linked = /^order_([\w-]+)$/.exec(startParam ?? "")?.[1];
  if (linked === undefined) draw();
  else go("order", linked);
  tell("web_app_ready");
  tell("web_app_expand");
  // Somebody who types is not disturbed.
  market.follow(() => here.name !== "post" && draw());
}
