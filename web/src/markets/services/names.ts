// Texts that are needed before the market's own chunk is loaded.

import { messages } from "@/i18n";

export const names = messages({
  ru: { title: "Срочные услуги", admin_orders: "Заказы", admin_complaints: "Жалобы", admin_complaints_wait: "Жалобы ждут решения", admin_reviews: "Отзывы" },
  en: { title: "Urgent jobs", admin_orders: "Orders", admin_complaints: "Complaints", admin_complaints_wait: "Complaints to decide", admin_reviews: "Reviews" },
});
