import { messages } from "@/i18n";

export const texts = messages({
  ru: {
    hello: "Здравствуйте, {name}",
    title: "Торг",
    markets: "Разделы",
    money: "Деньги",
    balance: "Баланс и пополнение",
    ton: "Кошелёк TON",
    staff: "Для сотрудников",
    admin: "Панель управления",
    settings: "Настройки",
    paused: "Временно закрыто: {reason}",
    language: "Язык",
    none: "Разделов пока нет",
  },
  en: {
    hello: "Hello, {name}",
    title: "Torg",
    markets: "Markets",
    money: "Money",
    balance: "Balance and top-up",
    ton: "TON wallet",
    staff: "For the staff",
    admin: "Admin panel",
    settings: "Settings",
    paused: "Closed for now: {reason}",
    language: "Language",
    none: "There are no markets yet",
  },
});
