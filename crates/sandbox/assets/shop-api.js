// The shop's part of the HTTP API, and the readings that keep its part of the page up to date.

import { call, loadPerson } from "./api.js";
import { changed, me, now, state } from "./state.js";
import { shopCodes } from "./shop-text.js";
import { refusal, t } from "./text.js";

const isOperator = () => me().role === "operator";
export const open = (order) => ["created", "reserved", "payment_pending"].includes(order.status);

/** Whether the chosen person acts as the operator on the listed orders. */
export const operating = () => isOperator() && !state.shop.mine;

let lastSearch = 0;

/** What is on the shelf. A list asked for later wins over one that is late. */
export async function loadProducts() {
  lastSearch += 1;
  const mine = lastSearch;
  const { q, category } = state.shelf;
  const query = new URLSearchParams({ limit: "100" });
  // The operator sees what is not for sale, too.
  if (!isOperator()) query.set("is_active", "true");
  if (q !== "") query.set("q", q);
  if (category !== "") query.set("category", category);
  const answer = await call(me(), "GET", `/products?${query}`, undefined, "read");
  if (mine !== lastSearch || !answer.ok) return;
  state.shop.products = answer.data;
  if (q === "" && category === "") {
    state.shelf.categories = [...new Set(answer.data.map((product) => product.category).filter(Boolean))].sort();
  }
  changed();
}

export async function loadCart() {
  const person = me();
  const answer = await call(person, "GET", "/cart", undefined, "read");
  if (answer.ok && state.me === person.id) state.shop.cart = answer.data;
  changed();
}

export async function loadShopOrders() {
  const [person, path] = [me(), operating() ? "/admin/orders" : "/orders"];
  const answer = await call(person, "GET", `${path}?limit=50`, undefined, "read");
  if (state.me !== person.id || path.startsWith("/admin") !== operating()) return;
  if (answer.ok) state.shop.orders = answer.data;
  // "The payment has begun" is no news any more when its answer is there.
  const { notice, orders } = state.shop;
  if (notice?.word === "pay_started" && !orders?.some((order) => order.id === notice.at && open(order))) state.shop.notice = null;
  changed();
  watch();
}

/** Everything of the shop, while people look at it. */
export async function loadShop() {
  if (state.market !== "shop" || me() === undefined) return;
  await Promise.all([loadProducts(), loadCart(), loadShopOrders()]);
}

let waiting = null;

/**
 * Orders change by themselves in two ways: a payment is reported, or the time is over. The first is
 * asked for every other second, the second when it is due.
 */
function watch() {
  clearTimeout(waiting);
  const soon = (order) =>
    (open(order) && order.pay_with === "test") ||
    // Over at reading; the goods come back as soon as a worker has written that down.
    (order.status === "expired" && order.timeline.every((entry) => entry.event !== "expired"));
  const orders = state.shop.orders ?? [];
  const due = Math.min(...orders.filter(open).map((order) => Date.parse(order.expires_at) - now() + 1000));
  const after = orders.some(soon) ? 2000 : due;
  if (after < 2 ** 31) waiting = setTimeout(() => Promise.all([loadShop(), loadPerson()]), Math.max(after, 1000));
}

/**
 * One call by a click; `at` is what it is about: `cart`, or the id of a product or an order. What
 * came of it is said there, `good` being a word or a function of the answer.
 */
export async function perform(at, [method, path, body], good) {
  // A second click while the first one is on its way.
  if (state.busy) return null;
  state.busy = true;
  state.shop.notice = null;
  changed();
  const person = me();
  const answer = await call(person, method, path, body);
  state.busy = false;
  if (state.me !== person.id) return answer;
  if (!answer.ok) {
    const code = `${answer.status} ${answer.data?.code ?? ""}`.trim();
    state.shop.notice = { at, good: false, text: refusal(answer, shopCodes), code };
  } else if (good !== undefined) {
    state.shop.notice = { at, good: true, word: good, text: typeof good === "function" ? good(answer.data) : t(good) };
  }
  changed();
  return answer;
}

/** The same, and then everything is read anew. */
export async function performAndLoad(at, request, good) {
  const answer = await perform(at, request, good);
  await Promise.all([loadShop(), loadPerson()]);
  return answer;
}

/** How many of a product are in the cart; zero takes it out. */
export async function putIntoCart(product, quantity, at = "cart") {
  const path = `/cart/items/${product}`;
  const request = quantity > 0 ? ["PUT", path, { quantity }] : ["DELETE", path];
  const answer = await perform(at, request);
  if (answer?.ok) state.shop.cart = answer.data;
  changed();
}

/** Agrees to the prices that the cart shows. */
export async function confirmPrices() {
  const answer = await perform("cart", ["POST", "/cart/confirm"]);
  if (answer?.ok) state.shop.cart = answer.data;
  changed();
}

/** Orders what is in the cart; with `pay`, pays for it from the balance at once. */
export async function checkOut({ coupon, address }, pay) {
  const body = { coupon: coupon || undefined, address: address || undefined, pay_with: pay ? "balance" : undefined };
  const answer = await perform("cart", ["POST", "/cart/checkout", body]);
  if (answer?.ok) {
    const { id, status } = answer.data;
    state.shop.open = id;
    state.shop.mine = true;
    Object.assign(state.shelf, { part: "orders", coupon: "" });
    state.shop.notice = { at: id, good: true, text: t(status === "paid" ? "bought_ok" : "ordered_ok") };
  }
  await Promise.all([loadShop(), loadPerson()]);
}
