// What the shop refuses, in words.

import { explain, type ApiError } from "@/api/errors";
import { messages, text } from "@/i18n";

const texts = messages({
  ru: {
    product_unavailable: "Этот товар больше не продаётся",
    parent_unknown: "Товара, вариантом которого это должно быть, нет",
    too_expensive: "Слишком большая сумма заказа",
    coupon_unknown: "Такой промокод не действует",
    coupon_minimum: "Этот промокод действует для заказа на большую сумму",
    payment_method_unavailable: "Так этот заказ оплатить нельзя. Выберите другой способ.",
    test_payments_off: "Тестовая оплата выключена",
    role_required: "Для этого нужна другая роль",
    product_not_found: "Такого товара нет",
    order_not_found: "Такого заказа нет",
    coupon_not_found: "Такого промокода нет",
    insufficient_stock: "Столько нет в наличии: {lines}",
    insufficient_stock_plain: "Столько нет в наличии",
    coupon_used_up: "Этот промокод уже использован",
    coupon_exists: "Такой промокод уже есть",
    sku_taken: "Этот артикул занят другим товаром",
    order_state: "Заказ уже в другом состоянии, так сделать нельзя",
    stock_reserved: "Часть товара уже обещана заказам, столько убрать нельзя",
    product_digital: "У цифрового товара столько единиц, сколько ключей: добавьте ключи",
    product_not_digital: "Ключи бывают только у цифровых товаров",
    prices_changed: "Цены изменились. Посмотрите корзину ещё раз.",
    cart_empty: "Корзина пуста",
    refund_too_large: "Столько вернуть нельзя: это больше, чем осталось от оплаты",
    cart_full: "В корзине уже 50 разных товаров, больше не поместится",
    version_stale: "Кто-то изменил товар раньше. Посмотрите свежие данные и повторите.",
    market_paused: "Раздел временно закрыт",
    market_paused_why: "Раздел временно закрыт: {reason}",
  },
  en: {
    product_unavailable: "This product is no longer sold",
    parent_unknown: "The product that this should be a variant of does not exist",
    too_expensive: "The order comes to too much",
    coupon_unknown: "This promo code does not count",
    coupon_minimum: "This promo code is for larger orders",
    payment_method_unavailable: "This order cannot be paid that way. Choose another one.",
    test_payments_off: "Test payments are switched off",
    role_required: "This needs another role",
    product_not_found: "There is no such product",
    order_not_found: "There is no such order",
    coupon_not_found: "There is no such promo code",
    insufficient_stock: "There is not enough of it: {lines}",
    insufficient_stock_plain: "There is not enough of it",
    coupon_used_up: "This promo code has been used up",
    coupon_exists: "There is such a promo code already",
    sku_taken: "Another product has this SKU",
    order_state: "The order is elsewhere by now, this cannot be done any more",
    stock_reserved: "Part of it is promised to orders, so many cannot be taken out",
    product_digital: "A digital product has as many units as keys: add keys",
    product_not_digital: "Only digital products have keys",
    prices_changed: "Prices have changed. Look at the cart again.",
    cart_empty: "The cart is empty",
    refund_too_large: "That is more than is left of the payment",
    cart_full: "There are 50 different products in the cart, it holds no more",
    version_stale: "Somebody has changed the product meanwhile. Look at it again and repeat.",
    market_paused: "Closed for now",
    market_paused_why: "Closed for now: {reason}",
  },
});

type Code = Exclude<keyof (typeof texts)["ru"], "insufficient_stock" | "insufficient_stock_plain" | "market_paused" | "market_paused_why">;

const plain: readonly Code[] = [
  "product_unavailable", "parent_unknown", "too_expensive", "coupon_unknown", "coupon_minimum", "payment_method_unavailable",
  "test_payments_off", "role_required", "product_not_found", "order_not_found", "coupon_not_found", "coupon_used_up", "coupon_exists",
  "sku_taken", "order_state", "stock_reserved", "product_digital", "product_not_digital", "prices_changed", "cart_empty",
  "refund_too_large", "cart_full", "version_stale",
];

/** A line of which there is less than was wanted. */
export interface Short {
  product: string;
  wanted: number;
  available: number;
}

/** Every short line that a refusal names. */
export function shortLines(error: ApiError): Short[] {
  return error.fields.flatMap(({ field, message }) => {
    const match = /^(\d+) wanted, (\d+) available$/.exec(message);
    return match === null ? [] : [{ product: field, wanted: Number(match[1]), available: Number(match[2]) }];
  });
}

/** `Mug (2 wanted, 1 available), …` as the detail tells it, without its beginning. */
const namesOf = (error: ApiError): string =>
  error.detail.replace(/^Insufficient stock: /, "").replace(/ \((\d+) wanted, (\d+) available\)/g, ": $2 < $1");

/** Called once, by whoever shows something of the shop. */
export function explainShop(): void {
  for (const code of plain) explain(code, () => text(texts, code));
  explain("market_paused", (error) => {
    const reason = error.fields.find(({ field }) => field === "reason")?.message;
    return reason === undefined ? text(texts, "market_paused") : text(texts, "market_paused_why", { reason });
  });
  explain("insufficient_stock", (error) => (error.fields.length === 0 ? text(texts, "insufficient_stock_plain") : text(texts, "insufficient_stock", { lines: namesOf(error) })));
}
