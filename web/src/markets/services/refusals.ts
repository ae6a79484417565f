// What the market refuses, in the words of the page.

import { explain } from "@/api/errors";
import { messages, text } from "@/i18n";

const texts = messages({
  ru: {
    unknown_category: "Такой категории нет",
    executor_not_taker: "Этот исполнитель не брал заказ",
    insufficient_balance: "Не хватает денег на балансе. Пополните его и попробуйте снова.",
    own_order: "Свой заказ взять нельзя",
    not_your_order: "Это не ваш заказ",
    not_taken_by_you: "Вы не брали этот заказ",
    order_locked: "Заказ уже взяли, изменить или снять его нельзя",
    recharge_disabled: "Пополнение без оплаты выключено",
    order_not_found: "Такого заказа нет",
    payment_not_found: "Такого платежа нет",
    order_full: "Заказ уже взяли трое",
    price_changed: "Цена изменилась. Посмотрите новую и решите ещё раз.",
    duplicate_contact: "С этим контактом уже есть активный заказ. Закройте его или укажите другой контакт.",
    already_responded: "Вы уже отметили, что ответили",
    order_not_taken: "Заказ ещё никто не взял",
    order_not_finished: "Заказ ещё активен",
    already_reviewed: "Оценка уже поставлена",
    already_complained: "Вы уже жаловались на этот заказ",
    order_gone: "Заказ уже не активен",
    market_paused: "Новые заказы временно не принимаем",
    rate_limited: { one: "Слишком часто. Подождите {n} секунду.", few: "Слишком часто. Подождите {n} секунды.", many: "Слишком часто. Подождите {n} секунд.", other: "Слишком часто. Подождите {n} секунды." },
    rate_limited_some: "Слишком часто. Подождите немного.",
  },
  en: {
    unknown_category: "There is no such category",
    executor_not_taker: "This person has not taken the order",
    insufficient_balance: "The balance is too low. Top it up and try again.",
    own_order: "You cannot take your own order",
    not_your_order: "This is not your order",
    not_taken_by_you: "You have not taken this order",
    order_locked: "The order has been taken: it can no longer be edited or taken back",
    recharge_disabled: "Topping up without a payment is switched off",
    order_not_found: "There is no such order",
    payment_not_found: "There is no such payment",
    order_full: "Three people have taken this order",
    price_changed: "The price has changed. Look at the new one and decide again.",
    duplicate_contact: "There is an active order with this contact. Close it or give another contact.",
    already_responded: "You have already said that you answered",
    order_not_taken: "Nobody has taken this order yet",
    order_not_finished: "The order is still active",
    already_reviewed: "You have rated this person already",
    already_complained: "You have complained about this order already",
    order_gone: "The order is no longer active",
    market_paused: "No new orders for the moment",
    rate_limited: { one: "Too often. Wait {n} second.", other: "Too often. Wait {n} seconds." },
    rate_limited_some: "Too often. Wait a little.",
  },
});

const CODES = [
  "unknown_category", "executor_not_taker", "insufficient_balance", "own_order", "not_your_order", "not_taken_by_you", "order_locked", "recharge_disabled",
  "order_not_found", "payment_not_found", "order_full", "duplicate_contact", "already_responded", "order_not_taken", "order_not_finished", "already_reviewed",
  "already_complained", "order_gone", "market_paused", "price_changed",
] as const;

for (const code of CODES) explain(code, () => text(texts, code));
explain("rate_limited", (error) => (error.retryAfter === null ? text(texts, "rate_limited_some") : text(texts, "rate_limited", { n: error.retryAfter })));
