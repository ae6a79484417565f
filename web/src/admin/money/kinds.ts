// What a movement of money is, in words. A kind that is not known yet is shown as it is.

import { messages, useTexts } from "@/i18n";

const kinds = messages({
  ru: {
    "services.take": "Отклик на заказ",
    "services.refund": "Возврат за отклик",
    "services.recharge": "Пополнение",
    "shop.purchase": "Покупка с баланса",
    "shop.payment": "Оплата заказа",
    "shop.refund": "Возврат за заказ",
    "platform.adjustment": "Ручное изменение",
    adjustment: "Ручное изменение",
    deposit: "Поступление TON",
    withdrawal: "Вывод TON",
    withdrawal_fee: "Комиссия за вывод",
    network_cost: "Комиссия сети",
    capital: "Собственные средства",
    unexplained: "Расхождение с сетью",
  },
  en: {
    "services.take": "Take of an order",
    "services.refund": "Refund of a take",
    "services.recharge": "Top-up",
    "shop.purchase": "Purchase from balance",
    "shop.payment": "Payment of an order",
    "shop.refund": "Refund of an order",
    "platform.adjustment": "Adjustment by hand",
    adjustment: "Adjustment by hand",
    deposit: "TON deposit",
    withdrawal: "TON withdrawal",
    withdrawal_fee: "Withdrawal fee",
    network_cost: "Network fee",
    capital: "Own capital",
    unexplained: "Differs from the chain",
  },
});

const accounts = messages({
  ru: {
    adjustments: "Ручные изменения",
    clearing_stars: "Приход: Stars",
    clearing_test: "Приход: тестовые платежи",
    clearing_ton: "Приход: TON",
    services_clearing: "Приход: пополнения",
    services_revenue: "Доход: услуги",
    shop_revenue: "Доход: магазин",
    suspense: "Без владельца",
    ton_capital: "Собственные средства",
    ton_costs: "Комиссии сети",
    ton_fees: "Доход: комиссии за вывод",
    ton_hot: "Кошелёк в сети",
    ton_unexplained: "Расхождение с сетью",
  },
  en: {
    adjustments: "Adjustments by hand",
    clearing_stars: "In: Stars",
    clearing_test: "In: test payments",
    clearing_ton: "In: TON",
    services_clearing: "In: top-ups",
    services_revenue: "Revenue: services",
    shop_revenue: "Revenue: shop",
    suspense: "Without an owner",
    ton_capital: "Own capital",
    ton_costs: "Network fees",
    ton_fees: "Revenue: withdrawal fees",
    ton_hot: "Wallet on the chain",
    ton_unexplained: "Differs from the chain",
  },
});

/** An account of the platform in words, `platform/services_revenue/RUB`; others as they are. */
export function useAccounts(): (account: string) => string {
  const t = useTexts(accounts);
  return (account) => {
    const name = /^platform\/(\w+)\/\w+$/.exec(account)?.[1] ?? "";
    return name in accounts.en ? t(name as keyof (typeof accounts)["en"]) : account;
  };
}

type Kind = keyof (typeof kinds)["en"];

export function useKinds(): (kind: string) => string {
  const t = useTexts(kinds);
  return (kind) => (kind in kinds.en ? t(kind as Kind) : kind);
}
