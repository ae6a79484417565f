// Words of the Mini App, in the language of the person's Telegram.

import { user } from "./host.js";

export const lang = String(user.language_code ?? "en").startsWith("ru") ? "ru" : "en";

const words = {
  feed: ["Лента", "Feed"],
  mine: ["Мои", "Mine"],
  balance: ["Баланс", "Balance"],
  post: ["Разместить заказ", "Post a job"],
  publish: ["Разместить бесплатно", "Post for free"],
  category: ["Категория", "Category"],
  city: ["Город", "City"],
  description: ["Что случилось (от 20 знаков)", "What happened (20 characters or more)"],
  contact: ["Контакт: @имя или телефон", "Contact: @name or a phone number"],
  posted: ["Заказ размещён", "The job is posted"],
  take: ["Взять за {price} ₽", "Take for {price} ₽"],
  taken: ["Контакт открыт", "The contact is open"],
  respond: ["Я ответил(а)", "I answered"],
  responded: ["Отмечено", "Noted"],
  complete: ["Работа сделана", "Job done"],
  completed: ["Заказ завершён", "The order is completed"],
  left: ["{n} мин", "{n} min"],
  contact_hidden: ["откроется за {price} ₽", "opens for {price} ₽"],
  who_took: ["Исполнители", "Executors"],
  nobody: ["пока никого", "nobody yet"],
  of_three: ["{n} из 3", "{n} of 3"],
  posted_by_me: ["Размещённые", "Posted"],
  taken_by_me: ["Взятые", "Taken"],
  empty_feed: ["Активных заказов нет. Разместите первый.", "There are no active orders. Post the first."],
  empty_mine: ["Здесь будут ваши заказы.", "Your orders will be here."],
  have: ["На балансе", "You have"],
  top_up: ["Пополнить на {n} ₽", "Top up by {n} ₽"],
  topped_up: ["Баланс пополнен", "The balance is topped up"],
  not_paid: ["Платёж не завершён", "The payment was not finished"],
  last_lines: ["Последние движения", "Latest lines"],
  discard: ["Бросить черновик заказа?", "Discard the draft?"],
  discard_yes: ["Бросить", "Discard"],
  loading: ["Загружаем…", "Loading…"],
  retry: ["Повторить", "Try again"],
  offline: ["Сервер не отвечает", "The server does not answer"],
  outside: ["Откройте эту страницу из Telegram.", "Open this page from Telegram."],
  line_take: ["Контакт заказа", "Contact of an order"],
  line_refund: ["Возврат", "Refund"],
  line_recharge: ["Пополнение", "Top-up"],
  status_active: ["активен", "active"],
  status_expired: ["время вышло", "expired"],
  status_closed_no_response: ["закрыт без ответа", "closed, no answer"],
  status_completed: ["завершён", "completed"],
  status_deleted: ["удалён", "deleted"],
  code_order_full: ["Уже трое исполнителей, деньги не списаны.", "Three executors have it already; nothing was charged."],
  code_insufficient_balance: ["На балансе не хватает денег.", "There is not enough on the balance."],
  code_duplicate_contact: ["С этим контактом уже есть активный заказ.", "There is an active order with this contact already."],
  code_order_not_found: ["Такого заказа нет.", "There is no such order."],
  code_order_gone: ["Заказ больше не активен.", "The order is no longer active."],
};

export const t = (key, values = {}) => {
  const pair = words[key];
  return pair === undefined ? key : pair[lang === "ru" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
};
export const knows = (key) => words[key] !== undefined;

/** What a refusal says. */
export function refusal({ status, data }) {
  if (status === 0) return t("offline");
  if (knows(`code_${data?.code}`)) return t(`code_${data.code}`);
  const fields = (data?.fields ?? []).map(({ field, message }) => `${field}: ${message}`).join("; ");
  return fields || (data?.detail ?? `HTTP ${status}`);
}

/** The wire value of each category is its Russian name. */
export const categories = [
  ["Сантехника", "Plumbing"],
  ["Электрика", "Electrical"],
  ["Бытовой ремонт", "Home repair"],
  ["Клининг", "Cleaning"],
  ["Сборка/установка", "Assembly"],
  ["Бытовая техника", "Appliances"],
  ["Другое", "Other"],
].map(([wire, english]) => ({ wire, name: lang === "ru" ? wire : english }));

export const categoryName = (wire) => categories.find((category) => category.wire === wire)?.name ?? wire;
export const roubles = (amount) => `${new Intl.NumberFormat(lang).format(amount)}\u00a0₽`;
