import { messages } from "@/i18n";

export const texts = messages({
  ru: {
    title: "Лента",
    all: "Все",
    fresh: { one: "{n} новый заказ", few: "{n} новых заказа", many: "{n} новых заказов", other: "{n} новых заказа" },
    none: "Сейчас заказов нет",
    none_more: "Новые появятся здесь сами. Подпишитесь, и бот напишет о них первым.",
    none_here: "По этому фильтру заказов нет",
    clear: "Показать все",
    subscribe: "Подписаться",
    live: "обновляется сама",
    away: "нет связи, ждём",
    taken: "Вы взяли",
    gone: "Уже занят",
    list: "Заказы",
  },
  en: {
    title: "Feed",
    all: "All",
    fresh: { one: "{n} new order", other: "{n} new orders" },
    none: "No orders right now",
    none_more: "New ones appear here by themselves. Subscribe, and the bot tells you first.",
    none_here: "No orders for this filter",
    clear: "Show all",
    subscribe: "Subscribe",
    live: "live",
    away: "reconnecting",
    taken: "Yours",
    gone: "Gone",
    list: "Orders",
  },
});
