// Every word of the page, in both languages.

const words = {
  title: ["Кошелёк разработки", "Development wallet"],
  note: [
    "Монеты здесь ничего не стоят, а ключи известны всем: каждый, кто открыл страницу, действует от имени любого кошелька.",
    "Coins here are worth nothing and everybody knows the keys: whoever opens this page acts as any of the wallets.",
  ],
  block: ["блок {n}", "block {n}"],
  wallets: ["Кошельки", "Wallets"],
  new_name: ["Имя нового кошелька", "Name of a new wallet"],
  add: ["Добавить", "Add"],
  balance: ["Баланс", "Balance"],
  not_deployed: ["ещё не развёрнут", "not deployed yet"],
  faucet: ["Получить {n} TON", "Get {n} TON"],
  copy: ["Скопировать адрес", "Copy the address"],
  copied: ["Скопировано", "Copied"],
  send: ["Отправить", "Send"],
  to: ["Кому", "To"],
  amount: ["Сколько TON", "How many TON"],
  comment: ["Комментарий", "Comment"],
  history: ["История", "History"],
  nothing: ["Пока ничего", "Nothing yet"],
  from: ["от {a}", "from {a}"],
  for: ["для {a}", "to {a}"],
  outside: ["приказ кошельку", "an order to the wallet"],
  failed: ["не выполнено", "failed"],
  bounced: ["вернулось", "came back"],
  request: ["Вас просят отправить", "You are asked to send"],
  payload: ["Данные", "Data"],
  init: ["Развернуть контракт", "Deploys a contract"],
  init_other: ["StateInit другого адреса: {a}", "StateInit of another address: {a}"],
  confirm: ["Подтвердить от имени {n}", "Confirm as {n}"],
  refuse: ["Отказаться", "Refuse"],
  sent: ["Отправлено, ждём блок", "Sent, waiting for a block"],
  arrived: ["В блоке", "In a block"],
  bad_link: ["Это не ссылка ton:transfer", "This is no ton:transfer link"],
  bad_amount: ["Сумма: например 1.5", "Amount: for example 1.5"],
};

export const state = { lang: "en" };

export function t(key, values = {}) {
  const [ru, en] = words[key];
  const text = state.lang === "ru" ? ru : en;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Nanotons as people write them. */
export function tons(nano) {
  const value = BigInt(nano);
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(10, "0");
  const rest = digits.slice(-9).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -9)}${rest === "" ? "" : `.${rest}`}`;
}

/** What people write as nanotons; null when it is no amount. */
export function nanotons(text) {
  const match = /^(\d{1,9})(?:[.,](\d{1,9}))?$/.exec(text.trim());
  return match === null ? null : (BigInt(match[1]) * 1000000000n + BigInt((match[2] ?? "").padEnd(9, "0"))).toString();
}

export function short(address) {
  return address.length > 16 ? `${address.slice(0, 6)}…${address.slice(-6)}` : address;
}
