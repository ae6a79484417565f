// Every word of the page, in both languages.

import { shopWords } from "./shop-text.js";
import { state } from "./state.js";
import { phoneWords } from "./telegram/words.js";
import { tonWords } from "./ton-text.js";

const words = {
  ...shopWords,
  ...tonWords,
  ...phoneWords,
  sandbox: ["песочница", "sandbox"],
  people: ["Кто вы сейчас", "Who you are now"],
  customer: ["заказчица", "customer"],
  executor: ["исполнитель", "executor"],
  operator: ["оператор", "operator"],
  app_in_tab: ["Мини-приложение в отдельной вкладке", "The Mini App in a tab"],
  app_open: ["Открыть мини-приложение", "Open the Mini App"],
  admin_panel: ["Панель оператора", "Admin panel"],
  finance: ["финансы", "finance"],
  moderator: ["модератор", "moderator"],
  support: ["поддержка", "support"],
  read_only: ["наблюдатель", "observer"],
  title: ["Срочная работа. Три исполнителя. 15 минут.", "An urgent job. Three executors. 15 minutes."],
  lead: [
    "Заказ размещают бесплатно. Исполнитель платит 2 ₽ и видит контакт, таких мест три. Если заказчик молчит 15 минут, деньги возвращаются всем.",
    "Posting is free. An executor pays 2 ₽ and sees the contact; there are three places. If the customer stays silent for 15 minutes, everyone gets the money back.",
  ],
  run: ["Показать историю", "Run the story"],
  again: ["Показать ещё раз", "Run it again"],
  pause: ["Пауза", "Pause"],
  resume: ["Дальше", "Continue"],
  next: ["Следующий шаг", "Next step"],
  stop: ["Закончить", "Stop"],
  step_of: ["Шаг {n} из {of}", "Step {n} of {of}"],
  or_try: ["или попробуйте сами: выберите человека ниже", "or try it yourself: choose a person below"],
  tab_active: ["Активные", "Active"],
  tab_mine: ["Мои", "Mine"],
  tab_taken: ["Взятые мной", "Taken by me"],
  tab_all: ["Все", "All"],
  live_open: ["обновляется само", "live"],
  live_connecting: ["соединяемся", "connecting"],
  live_lost: ["связь потеряна", "connection lost"],
  post: ["Разместить заказ", "Post a job"],
  publish: ["Разместить бесплатно", "Post for free"],
  cancel: ["Отмена", "Cancel"],
  category: ["Категория", "Category"],
  city: ["Город", "City"],
  description: ["Что случилось", "What happened"],
  contact: ["Контакт", "Contact"],
  contact_hint: ["Его увидят только те, кто заплатит 2 ₽", "Only those who pay 2 ₽ will see it"],
  loading: ["Загружаем…", "Loading…"],
  empty_active: ["Активных заказов нет.", "There are no active orders."],
  empty_mine: ["Вы ещё ничего не размещали.", "You have not posted anything yet."],
  empty_taken: ["Вы ещё ничего не взяли.", "You have not taken anything yet."],
  empty_all: ["Заказов ещё не было.", "There have been no orders yet."],
  empty_hint: ["Разместите заказ от лица заказчицы или покажите историю.", "Post a job as the customer, or run the story."],
  failed: ["Список не загрузился.", "The list did not load."],
  retry: ["Повторить", "Try again"],
  left: ["осталось", "left"],
  takers: ["Исполнители", "Executors"],
  places: ["{n} из 3", "{n} of 3"],
  nobody: ["пока никого", "nobody yet"],
  answer_by: ["Ждём ответа", "Answer due in"],
  answered: ["Ответ дан", "Answered at"],
  silent: ["Ответа не было", "There was no answer"],
  returned: ["деньги вернулись исполнителям", "the executors have their money back"],
  contact_hidden: ["скрыт, откроется за 2 ₽", "hidden, opens for 2 ₽"],
  contact_private: ["скрыт", "hidden"],
  take: ["Взять за {price} ₽", "Take for {price} ₽"],
  take_hint: ["Все три места заняты: сервер откажет и ничего не спишет.", "All three places are taken: the server will refuse and charge nothing."],
  taken_ok: ["Контакт открыт. Списано 2 ₽, на балансе {balance} ₽.", "The contact is open. 2 ₽ charged, {balance} ₽ left."],
  respond: ["Я ответила", "I answered"],
  responded_ok: ["Отмечено: возврата за молчание уже не будет.", "Noted: there will be no refund for silence."],
  complete: ["Работа сделана", "Job done"],
  complete_by: ["Кто сделал", "Done by"],
  completed_ok: ["Заказ завершён. Можно оставить отзыв.", "The order is completed. You can leave a review."],
  close: ["Больше не нужно", "No longer needed"],
  closed_ok: ["Заказ закрыт.", "The order is closed."],
  remove: ["Удалить", "Delete"],
  removed_ok: ["Заказ удалён.", "The order is deleted."],
  posted_ok: ["Заказ размещён.", "The job is posted."],
  review: ["Отзыв", "Review"],
  comment: ["Комментарий", "Comment"],
  send_review: ["Отправить отзыв", "Send the review"],
  reviewed_ok: ["Спасибо, отзыв сохранён.", "Thank you, the review is saved."],
  review_example: ["Приехал через двадцать минут, всё починил.", "Came within twenty minutes and fixed everything."],
  stars: ["{n} из 5", "{n} of 5"],
  status_active: ["активен", "active"],
  status_expired: ["время вышло", "expired"],
  status_closed_no_response: ["закрыт без ответа", "closed, no answer"],
  status_completed: ["завершён", "completed"],
  status_deleted: ["удалён", "deleted"],
  balance: ["Баланс", "Balance"],
  recharge: ["Пополнить", "Recharge"],
  statement: ["Выписка", "Statement"],
  statement_empty: ["Движений ещё не было.", "Nothing has moved yet."],
  line_take: ["Контакт заказа", "Contact of an order"],
  line_refund: ["Возврат", "Refund"],
  line_recharge: ["Пополнение", "Recharge"],
  rating: ["рейтинг", "rating"],
  done: ["выполнено", "completed"],
  active: ["активных", "active"],
  no_username: ["без имени пользователя", "no username"],
  clock: ["Часы рынка", "Market clock"],
  clock_real: ["идут как настоящие", "running in real time"],
  clock_ahead: ["впереди настоящих на {time}", "ahead of real time by {time}"],
  clock_fixed: ["Эти часы переводить нельзя.", "This clock cannot be moved."],
  minutes: ["+{n} мин", "+{n} min"],
  log: ["Запросы к API", "API calls"],
  log_reads: ["и чтения", "reads too"],
  log_empty: ["Здесь появится каждый запрос страницы.", "Every request of the page appears here."],
  log_clear: ["Очистить", "Clear"],
  log_sent: ["Отправлено", "Sent"],
  log_received: ["Получено", "Received"],
  market_now: ["Рынок сейчас", "The market now"],
  orders_created_total: ["заказов размещено", "orders posted"],
  orders_taken_total: ["контактов открыто", "contacts opened"],
  balance_transactions_total: ["движений денег", "money movements"],
  health_ok: ["Сервер здоров", "The server is healthy"],
  health_bad: ["Сервер нездоров", "The server is unwell"],
  offline: ["Сервер не отвечает.", "The server does not answer."],
};

const codes = {
  order_full: ["Уже трое исполнителей. Мест нет, деньги не списаны.", "Three executors have it already. No place left, nothing was charged."],
  insufficient_balance: ["На балансе не хватает денег: нужно 2 ₽. Пополните его кнопкой «+10 ₽».", "Not enough on the balance: 2 ₽ are needed. Recharge it with “+10 ₽”."],
  own_order: ["Свой заказ взять нельзя.", "You cannot take your own order."],
  not_your_order: ["Это не ваш заказ.", "This is not your order."],
  order_locked: ["После первого взятия заказ нельзя менять и удалять.", "After the first take an order cannot be changed or deleted."],
  order_not_found: ["Такого заказа нет.", "There is no such order."],
  duplicate_contact: ["С этим контактом уже есть активный заказ.", "There is an active order with this contact already."],
  already_responded: ["Вы уже отметили, что ответили.", "You have already said that you answered."],
  order_not_taken: ["Заказ ещё никто не взял.", "Nobody has taken this order yet."],
  order_not_finished: ["Заказ ещё активен.", "The order is still active."],
  already_reviewed: ["Отзыв об этом исполнителе уже есть.", "This executor has been reviewed already."],
  order_gone: ["Заказ больше не активен.", "The order is no longer active."],
  recharge_disabled: ["Пополнение без оплаты выключено.", "Recharging without a payment is switched off."],
  unknown_category: ["Такой категории нет.", "There is no such category."],
};

/** The wire value of each category is its Russian name. */
export const categories = [
  ["Сантехника", "Plumbing"],
  ["Электрика", "Electrical"],
  ["Бытовой ремонт", "Home repair"],
  ["Клининг", "Cleaning"],
  ["Сборка/установка", "Assembly"],
  ["Бытовая техника", "Appliances"],
  ["Другое", "Other"],
];

export const example = {
  category: "Сантехника",
  city: "Москва",
  description: [
    "Потекла труба под раковиной на кухне, вода на полу. Нужен сантехник в течение часа, материалы оплачу.",
    "A pipe under the kitchen sink is leaking, water on the floor. I need a plumber within the hour and will pay for parts.",
  ],
};

const side = () => (state.lang === "ru" ? 0 : 1);
const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values?.[name] ?? ""));

export function pick(pair) {
  return pair[side()];
}

export function t(key, values) {
  const pair = words[key];
  return pair === undefined ? key : put(pair[side()], values);
}

export function knows(key) {
  return words[key] !== undefined;
}

export function categoryName(wire) {
  const known = categories.find(([name]) => name === wire);
  return known === undefined ? wire : known[side()];
}

const latin = {
  а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "yo", ж: "zh", з: "z", и: "i", й: "y", к: "k", л: "l", м: "m",
  н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch",
  ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya",
};

/** A person's name in letters that the reader of this language knows. */
export function personName(name) {
  if (state.lang === "ru") return name;
  return name.replace(/[а-яё]/gi, (letter) => {
    const low = latin[letter.toLowerCase()];
    return letter === letter.toLowerCase() ? low : low.charAt(0).toUpperCase() + low.slice(1);
  });
}

/** A telephone number that stays on one line. */
export function unbroken(contact) {
  return contact.replaceAll("-", "\u2011").replaceAll(" ", "\u00a0");
}

/**
 * What a refusal says: in the reader's language when we know its code, else as the server put it.
 * `own` are the codes that mean something else where the caller is.
 */
export function refusal(answer, own = {}) {
  const { code, detail, fields } = answer.data ?? {};
  if (answer.status === 0) return t("offline");
  const known = own[code] ?? codes[code];
  if (known !== undefined) return known[side()];
  const list = (fields ?? []).map((field) => `${field.field}: ${field.message}`).join("; ");
  return list || (detail ?? `HTTP ${answer.status}`);
}

export function roubles(amount) {
  const number = new Intl.NumberFormat(state.lang, { maximumFractionDigits: 2 }).format(Math.abs(amount));
  return `${amount < 0 ? "−" : ""}${number}\u00a0₽`;
}

export function signed(amount) {
  return amount > 0 ? `+${roubles(amount)}` : roubles(amount);
}

/** An amount as the shop writes it, `"199.90"`: it never becomes a number of ours. */
export function price(text) {
  const digits = text.endsWith(".00") ? 0 : 2;
  const number = new Intl.NumberFormat(state.lang, { minimumFractionDigits: digits, maximumFractionDigits: 2 }).format(text);
  return `${number}\u00a0₽`;
}

/** `4:05` or `1:04:05`. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0(\d)/, "$1");
}

export function clockTime(milliseconds, seconds = true) {
  const options = { hour: "2-digit", minute: "2-digit", hour12: false };
  if (seconds) options.second = "2-digit";
  return new Intl.DateTimeFormat(state.lang === "ru" ? "ru" : "en-GB", options).format(new Date(milliseconds));
}

/** `1 h 15 min` */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const unit = (value, name) =>
    new Intl.NumberFormat(state.lang, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [days && unit(days, "day"), hours && unit(hours, "hour"), rest && unit(rest, "minute")];
  return parts.filter(Boolean).join(" ") || unit(0, "minute");
}
