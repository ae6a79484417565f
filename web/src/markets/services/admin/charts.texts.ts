import { messages } from "@/i18n";

export const chartsTexts = messages({
  ru: {
    orders: "Заказы",
    posted: "Размещено",
    completed: "Выполнено",
    speed: "Как быстро берут",
    within_5: "За 5 минут",
    within_15: "За 15 минут",
    trouble: "Без ответа и возвраты",
    no_response: "Заказов без ответа",
    refunds: "Откликов с возвратом",
    revenue: "Доход от откликов",
    revenue_one: "Доход",
  },
  en: {
    orders: "Orders",
    posted: "Posted",
    completed: "Completed",
    speed: "How fast they are taken",
    within_5: "Within 5 minutes",
    within_15: "Within 15 minutes",
    trouble: "No answer, and refunds",
    no_response: "Orders without an answer",
    refunds: "Takes refunded",
    revenue: "Revenue from takes",
    revenue_one: "Revenue",
  },
});
