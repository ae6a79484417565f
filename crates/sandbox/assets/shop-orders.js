// Orders of the shop: the list, and the unfolded one with what the chosen person can do to it.

import { h, keep } from "./dom.js";
import { loadShopOrders, open, operating, performAndLoad } from "./shop-api.js";
import { changed, me, state } from "./state.js";
import { clockTime, knows, price, t } from "./text.js";

export function orderList() {
  return [
    keep("shop-orders-head", [state.lang, state.me, state.shop.mine], head),
    ...(state.shop.orders === null
      ? [keep("shop-orders-wait", [state.lang], () => h("p.empty", null, t("loading")))]
      : state.shop.orders.length === 0
        ? [keep("shop-orders-none", [state.lang], () => h("p.empty", null, t("no_shop_orders")))]
        : state.shop.orders.map(row)),
  ];
}

function head() {
  const tab = (name, mine) =>
    h("button", { type: "button", ariaPressed: String(state.shop.mine === mine), "data-focus": name, onclick: () => choose(mine) }, t(name));
  return h(
    "div.orders-head",
    null,
    h("h2", null, t("part_orders")),
    me().role === "operator" ? h("div.tabs", { role: "group" }, tab("orders_all", false), tab("orders_mine", true)) : null,
  );
}

async function choose(mine) {
  Object.assign(state.shop, { mine, orders: null, open: null });
  changed();
  await loadShopOrders();
}

function row(order) {
  const unfolded = state.shop.open === order.id;
  const said = unfolded ? notice(order.id) : null;
  return keep(`shop-order-${order.id}`, [order, unfolded, said, state.me, state.lang], () =>
    h("article.order", { "data-order": order.id }, summary(order, unfolded), unfolded ? detail(order) : null),
  );
}

/** What the server said last, when it was about this. */
export function notice(at) {
  return state.shop.notice?.at === at ? state.shop.notice : null;
}

export function noticeLine(at) {
  const said = notice(at);
  if (said === null) return null;
  return h(`p.notice.${said.good ? "good" : "bad"}`, { role: "status" }, said.text, said.code ? h("code", null, said.code) : null);
}

function summary(order, unfolded) {
  const unfold = () => {
    state.shop.open = unfolded ? null : order.id;
    changed();
  };
  return h(
    "button.summary",
    { type: "button", ariaExpanded: String(unfolded), "data-focus": `order-${order.id}`, onclick: unfold },
    h(
      "span.what",
      null,
      h("span.kind", null, h("b", null, price(order.total)), ` · ${clockTime(Date.parse(order.created_at), false)}`),
      h("span.text", null, order.items.map((item) => item.name).join(", ")),
    ),
    h(
      "span.facts",
      null,
      h(`span.status.${order.status}`, null, t(`order_${order.status}`)),
      open(order)
        ? h("span.timer", { "data-until": Date.parse(order.expires_at), "data-from": Date.parse(order.created_at) }, h("i.ring"), h("span.left"))
        : null,
    ),
  );
}

function detail(order) {
  const fact = (name, value) => (value === null ? null : [h("dt", null, t(name)), h("dd", null, value)]);
  const some = (amount) => (amount === "0.00" ? null : price(amount));
  return h(
    "div.detail",
    null,
    h("ul.lines", null, order.items.map(line)),
    h(
      "dl",
      null,
      fact("discount", order.discount === "0.00" ? null : `−${price(order.discount)} · ${order.coupon}`),
      fact("total", price(order.total)),
      fact("refunded", some(order.refunded)),
      fact("address", order.address),
    ),
    noticeLine(order.id),
    operating() ? operatorActions(order) : ownActions(order),
    h("h3", null, t("history")),
    h("ol.history", null, order.timeline.map(entry)),
  );
}

function line(item) {
  return h(
    "li",
    null,
    h("span", null, item.name, h("small", null, ` ${item.quantity} × ${price(item.price_snapshot)}`)),
    (item.keys ?? []).map((key) => h("span", null, h("small", null, `${t("key")} `), h("strong.contact", null, key))),
  );
}

function entry({ at, event, note }) {
  return h(
    "li",
    null,
    h("time", null, clockTime(Date.parse(at))),
    h("span", null, knows(`event_${event}`) ? t(`event_${event}`) : event, note === "" ? null : h("small", null, ` ${note}`)),
  );
}

function button(order, name, kind, request, good) {
  return h(kind, { type: "button", "data-focus": name, onclick: () => performAndLoad(order.id, request, good) }, t(name));
}

function ownActions(order) {
  if (!open(order)) return null;
  const path = `/orders/${order.id}`;
  return h(
    "div.actions",
    null,
    button(order, "pay_balance", "button.primary", ["POST", `${path}/pay`, { pay_with: "balance" }], "bought_ok"),
    order.pay_with === "test" ? null : button(order, "pay_test", "button", ["POST", `${path}/pay`, { pay_with: "test" }], "pay_started"),
    button(order, "cancel_order", "button.plain", ["POST", `${path}/cancel`], "canceled_ok"),
  );
}

function operatorActions(order) {
  const path = `/admin/orders/${order.id}`;
  if (open(order)) {
    return h("div.actions", null, button(order, "cancel_order", "button", ["POST", `/orders/${order.id}/cancel`], "canceled_ok"));
  }
  if (!["paid", "fulfilled"].includes(order.status)) return null;
  const next =
    order.status === "paid"
      ? button(order, "fulfil", "button.primary", ["POST", `${path}/fulfil`], "fulfilled_ok")
      : button(order, "deliver", "button.primary", ["POST", `${path}/deliver`], "delivered_ok");
  const reason = h("input", { name: "reason", value: t("reason_refund"), required: true, maxLength: 500, ariaLabel: t("reason"), autocomplete: "off" });
  const refund = (event) => {
    event.preventDefault();
    performAndLoad(order.id, ["POST", `${path}/refund`, { reason: reason.value }], "refund_ok");
  };
  return [
    h("div.actions", null, next),
    h("form.inline-form", { onsubmit: refund }, reason, h("button", { type: "submit", "data-focus": "refund" }, t("refund"))),
  ];
}
