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

type Kind = keyof (typeof kinds)["en"];

export function useKinds(): (kind: string) => string {
  const t = useTexts(kinds);
  return (kind) => (kind in kinds.en ? t(kind as Kind) : kind);
}
