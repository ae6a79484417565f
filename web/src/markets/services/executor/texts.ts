import { messages } from "@/i18n";

export const texts = messages({
  ru: {
    title: "Взятые заказы",
    none: "Вы ещё не брали заказов",
    none_more: "Выберите заказ в ленте: контакт заказчика откроется сразу после оплаты.",
    to_feed: "К ленте",
    now: "В работе",
    before: "Раньше",
    none_now: "Сейчас ничего не ждёт",
    refunded: "Вернули {amount}",
    money_back: "Деньги вернулись",
  },
  en: {
    title: "Taken orders",
    none: "You have not taken any orders",
    none_more: "Choose one in the feed: the customer's contact opens as soon as it is paid for.",
    to_feed: "To the feed",
    now: "Under way",
    before: "Before",
    none_now: "Nothing waits right now",
    refunded: "{amount} returned",
    money_back: "Money returned",
  },
});
