// Texts that are needed before the market's own chunk is loaded.

import { messages } from "@/i18n";

export const names = messages({
  ru: {
    title: "Срочные услуги",
    note: "Мастера и помощники рядом",
    notices: "Уведомления о заказах",
    notices_note: "Категории, города и как часто писать",
    admin_orders: "Заказы",
    admin_complaints: "Жалобы",
    admin_complaints_wait: "Жалобы ждут решения",
    admin_reviews: "Отзывы",
  },
  en: {
    title: "Urgent jobs",
    note: "Help nearby, right now",
    notices: "Notices of jobs",
    notices_note: "Categories, cities and how often",
    admin_orders: "Orders",
    admin_complaints: "Complaints",
    admin_complaints_wait: "Complaints to decide",
    admin_reviews: "Reviews",
  },
});
