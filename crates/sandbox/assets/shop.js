// The shop: what is on the shelf, the cart of the chosen person, and, beside them, the orders.

import { fill, h, keep } from "./dom.js";
import { checkOut, confirmPrices, loadProducts, performAndLoad, putIntoCart } from "./shop-api.js";
import { notice, noticeLine, orderList } from "./shop-orders.js";
import { shopCategories } from "./shop-text.js";
import { changed, me, state } from "./state.js";
import { price, t } from "./text.js";

const TYPING = 250;
/** From so few on the page says how many are left, when the shop has no threshold of its own. */
const FEW = 3;

export function drawShop(box) {
  if (me() === undefined) return;
  const { products, cart } = state.shop;
  box.className = `shop-box shows-${state.shelf.part}`;
  fill(
    box,
    keep("shop-intro", [state.lang], intro),
    keep("shop-parts", [state.lang, state.shelf.part, cart?.items.length, state.shop.orders?.length], parts),
    column("products", keep("shop-search", [state.lang, state.shelf.categories], search), ...shelf(products)),
    column("cart", keep("shop-cart", [state.lang, cart, notice("cart"), state.me], cartCard)),
    column("orders", ...orderList()),
  );
}

const columns = new Map();

/** The parts stay where they are; only what is in them changes. */
function column(name, ...children) {
  if (!columns.has(name)) columns.set(name, h(`div.part.${name}`));
  fill(columns.get(name), ...children);
  return columns.get(name);
}

function intro() {
  return h("div.story", null, h("div.invitation", null, h("h1", null, t("shop_title")), h("p", null, t("shop_lead")), h("p", null, t("shop_try"))));
}

/** On a phone the parts are shown one at a time. */
function parts() {
  const count = { cart: state.shop.cart?.items.length, orders: state.shop.orders?.length };
  const choose = (part) => {
    state.shelf.part = part;
    changed();
  };
  return h(
    "div.tabs.parts",
    { role: "group" },
    ["products", "cart", "orders"].map((part) =>
      h(
        "button",
        { type: "button", ariaPressed: String(state.shelf.part === part), "data-focus": `part-${part}`, onclick: () => choose(part) },
        count[part] ? `${t(`part_${part}`)} · ${count[part]}` : t(`part_${part}`),
      ),
    ),
  );
}

const categoryName = (wire) => (state.lang === "ru" ? wire : (shopCategories[wire] ?? wire));

let typing = null;

function search() {
  const words = h("input", { type: "search", value: state.shelf.q, placeholder: t("search"), ariaLabel: t("search"), maxLength: 200, "data-focus": "search" });
  words.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => look({ q: words.value.trim() }), TYPING);
  });
  const option = (value, name) => h("option", { value, selected: value === state.shelf.category }, name);
  const category = h(
    "select",
    { ariaLabel: t("category"), "data-focus": "shop-category", onchange: () => look({ category: category.value }) },
    option("", t("all_categories")),
    state.shelf.categories.map((name) => option(name, categoryName(name))),
  );
  return h("form.search", { onsubmit: (event) => event.preventDefault() }, words, category);
}

async function look(what) {
  Object.assign(state.shelf, what);
  await loadProducts();
}

function shelf(products) {
  if (products === null) return [keep("shop-wait", [state.lang], () => h("p.empty", null, t("loading")))];
  if (products.length === 0) return [keep("shop-none", [state.lang], () => h("p.empty", null, t("nothing_found")))];
  return products.map((product) => {
    const inCart = state.shop.cart?.items.find((item) => item.product_id === product.id)?.quantity ?? 0;
    const editing = state.shop.editing === product.id;
    const facts = [product, inCart, editing, notice(product.id), state.me, state.lang];
    return keep(`product-${product.id}`, facts, () => productCard(product, inCart, editing));
  });
}

function productCard(product, inCart, editing) {
  const tags = [product.parent_id !== null && "variant", product.is_digital && "digital", !product.is_active && "inactive"];
  const add = { type: "button", "data-focus": `add-${product.id}`, onclick: () => putIntoCart(product.id, inCart + 1, product.id) };
  const unfold = () => {
    state.shop.editing = editing ? null : product.id;
    changed();
  };
  return h(
    `article.card.product${product.is_active ? "" : ".off"}`,
    { "data-sku": product.sku },
    h("div.ends", null, h("b", null, product.name), h("strong.price", null, price(product.price))),
    h("p.quiet", null, product.description ?? ""),
    h(
      "div.ends",
      null,
      h(
        "p.shelf-facts",
        null,
        tags.filter(Boolean).map((name) => h("span.status", null, t(name))),
        stockOf(product),
        product.reserved > 0 ? h("small", null, t("set_aside", { n: product.reserved })) : null,
      ),
      h(
        "div.shelf-actions",
        null,
        me().role === "operator" ? h("button", { type: "button", ariaExpanded: String(editing), "data-focus": `edit-${product.id}`, onclick: unfold }, t(editing ? "fold" : "edit")) : null,
        product.is_active && product.stock > 0 ? h("button", add, inCart > 0 ? `${t("into_cart")} · ${inCart}` : t("into_cart")) : null,
      ),
    ),
    noticeLine(product.id),
    editing ? editor(product) : null,
  );
}

function stockOf({ stock, low_stock: low }) {
  if (stock === 0) return h("small.few", null, t("sold_out"));
  if (stock <= (low ?? FEW)) return h("small.few", null, t("few_left", { n: stock }));
  return h("small", null, t("in_stock", { n: stock }));
}

/** What the operator changes about a product. */
function editor(product) {
  const path = `/admin/products/${product.id}`;
  const field = (name, properties) => h("label", null, h("span", null, t(name)), h("input", { name, required: true, autocomplete: "off", ...properties }));
  const form = (submit, run, ...fields) =>
    h("form.inline-form", { onsubmit: (event) => { event.preventDefault(); run(new FormData(event.target)); } }, fields, h("button", { type: "submit" }, t(submit)));
  const adjust = (data) =>
    performAndLoad(
      product.id,
      ["POST", `${path}/stock`, { delta: Number(data.get("delta")), reason: data.get("reason") }],
      (movement) => t("stock_ok", { n: movement.on_hand }),
    );
  const reprice = (data) => performAndLoad(product.id, ["PATCH", path, { price: data.get("new_price") }], "saved_ok");
  const active = () => performAndLoad(product.id, ["PATCH", path, { is_active: !product.is_active }], "saved_ok");
  return h(
    "div.editor",
    null,
    // Units of digital goods come with their keys.
    product.is_digital
      ? null
      : form("book_stock", adjust, field("delta", { type: "number", step: 1, value: 5 }), field("reason", { maxLength: 200, value: t("reason_stock") })),
    form("save", reprice, field("new_price", { value: product.price, inputMode: "decimal", pattern: "\\d{1,10}(\\.\\d{1,2})?" })),
    h("div.actions", null, h("button.plain", { type: "button", onclick: active }, t(product.is_active ? "take_off" : "put_back"))),
  );
}

function cartCard() {
  const cart = state.shop.cart;
  const known = cart !== null && cart.items.length > 0;
  return h(
    "div.card.basket",
    null,
    h("h2", null, t("part_cart")),
    known ? [h("ul.lines", null, cart.items.map(cartLine)), cartEnd(cart)] : h("p.quiet", null, t(cart === null ? "loading" : "cart_empty")),
    known ? null : noticeLine("cart"),
  );
}

function cartLine(item) {
  const { product_id: id, quantity } = item;
  const step = (name, sign, to) =>
    h("button", { type: "button", ariaLabel: `${t(name)}: ${item.name}`, "data-focus": `${name}-${id}`, onclick: () => putIntoCart(id, to) }, sign);
  return h(
    "li",
    null,
    h(
      "span",
      null,
      item.name,
      item.price_changed ? h("small.few", null, ` ${price(item.price)}, ${t("price_was", { price: price(item.price_seen) })}`) : null,
      quantity > item.available ? h("small.few", null, ` ${t("few_left", { n: item.available })}`) : null,
    ),
    h("span.amount", null, h("span.stepper", null, step("less", "−", quantity - 1), h("b", null, String(quantity)), step("more", "+", quantity + 1)), h("b", null, price(item.line_total))),
  );
}

function cartEnd(cart) {
  // The form is made anew with every change of the cart; what was typed stays.
  const field = (name, properties) =>
    h("label", null, h("span", null, t(name)), h("input", { name, autocomplete: "off", oninput: (event) => { state.shelf[name] = event.target.value; }, ...properties }));
  const order = (event, pay) => {
    event.preventDefault();
    checkOut(Object.fromEntries(new FormData(form)), pay);
  };
  const form = h(
    "form.checkout",
    { onsubmit: (event) => order(event, true) },
    field("coupon", { maxLength: 64, value: state.shelf.coupon, placeholder: t("coupon_hint") }),
    field("address", { maxLength: 500, value: state.shelf.address ?? t("address_example") }),
    h("p.sum", null, h("span", null, t("total")), h("strong.big", null, price(cart.items_total))),
    noticeLine("cart"),
    cart.price_changed ? [h("p.quiet", null, t("prices_new")), h("button", { type: "button", "data-focus": "agree", onclick: confirmPrices }, t("agree"))] : null,
    h(
      "div.actions",
      null,
      h("button.primary", { type: "submit", "data-focus": "order-pay" }, t("order_pay")),
      h("button", { type: "button", "data-focus": "order-later", onclick: (event) => order(event, false) }, t("order_later")),
    ),
  );
  return form;
}
