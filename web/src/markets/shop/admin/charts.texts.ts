import { messages } from "@/i18n";

export const chartsTexts = messages({
  ru: {
    orders: "Заказы",
    placed: "Оформлено",
    paid: "Оплачено",
    conversion: "Доходят до оплаты",
    conversion_one: "Оплачено из оформленных",
    lost: "Не состоялись",
    canceled: "Отменены",
    expired: "Не оплачены вовремя",
    refunded: "Возвращены",
    revenue: "Выручка",
  },
  en: {
    orders: "Orders",
    placed: "Placed",
    paid: "Paid",
    conversion: "Conversion",
    conversion_one: "Paid of placed",
    lost: "Lost",
    canceled: "Canceled",
    expired: "Not paid in time",
    refunded: "Refunded",
    revenue: "Revenue",
  },
});
