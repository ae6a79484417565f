// What wallet and payments refuse, in words.

import { explain } from "@/api/errors";
import { messages, text } from "@/i18n";

const texts = messages({
  ru: {
    insufficient_balance: "На балансе не хватает денег",
    below_minimum: "Это меньше, чем можно вывести за раз",
    wallet_unavailable: "Кошелёк TON сейчас не подключён",
    withdrawal_step_impossible: "Вывод уже в пути или завершён, отменить нельзя",
    withdrawal_not_found: "Такого вывода нет",
    wallet_bound_elsewhere: "Этот кошелёк уже подтверждён другим человеком",
    challenge_unknown: "Подтверждение устарело. Начните заново.",
    address_invalid: "Это не похоже на адрес TON. Проверьте, всё ли скопировалось.",
    address_testnet: "Это адрес тестовой сети. Нужен адрес основной.",
    address_own: "Это наш собственный адрес. Укажите адрес своего кошелька.",
    payment_refused: "Платёжная система не приняла этот счёт",
    payment_provider_away: "Платёжная система не отвечает. Попробуйте немного позже.",
    payment_not_found: "Такого платежа нет",
    idempotency_key_reuse: "Этот запрос уже отправлен с другими данными. Обновите экран и повторите.",
    in_progress: "Запрос ещё выполняется. Подождите пару секунд.",
    rate_limited: "Слишком часто. Подождите немного.",
    rate_limited_for: { one: "Слишком часто. Подождите {n} секунду.", few: "Слишком часто. Подождите {n} секунды.", many: "Слишком часто. Подождите {n} секунд.", other: "Слишком часто. Подождите {n} секунды." },
  },
  en: {
    insufficient_balance: "There is not enough money on the balance",
    below_minimum: "That is less than can be sent out at once",
    wallet_unavailable: "The TON wallet is not set up here",
    withdrawal_step_impossible: "The withdrawal is on its way or over, it cannot be taken back",
    withdrawal_not_found: "There is no such withdrawal",
    wallet_bound_elsewhere: "Somebody else has proven this wallet",
    challenge_unknown: "The proof is too old. Begin again.",
    address_invalid: "This does not look like a TON address. See whether all of it was copied.",
    address_testnet: "This address is for the test network. Give one of the main network.",
    address_own: "This is our own address. Give the address of your wallet.",
    payment_refused: "The payment provider refuses this invoice",
    payment_provider_away: "The payment provider does not answer. Try again a little later.",
    payment_not_found: "There is no such payment",
    idempotency_key_reuse: "This request was sent with other data before. Refresh the screen and repeat.",
    in_progress: "The request is still being worked on. Wait a few seconds.",
    rate_limited: "Too often. Wait a little.",
    rate_limited_for: { one: "Too often. Wait {n} second.", other: "Too often. Wait {n} seconds." },
  },
});

/** Called once, by whoever shows something of the money. */
export function explainWallet(): void {
  for (const code of Object.keys(texts.ru) as (keyof (typeof texts)["ru"])[]) {
    if (code !== "rate_limited" && code !== "rate_limited_for") explain(code, () => text(texts, code));
  }
  explain("rate_limited", (error) => (error.retryAfter === null ? text(texts, "rate_limited") : text(texts, "rate_limited_for", { n: error.retryAfter })));
}
