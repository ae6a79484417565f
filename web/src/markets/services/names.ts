// Texts that are needed before the market's own chunk is loaded.

import { messages } from "@/i18n";

export const names = messages({
  ru: { title: "Срочные услуги", note: "Мастера и помощники рядом", notices: "Уведомления о заказах", notices_note: "Категории, города и как часто писать" },
  en: { title: "Urgent jobs", note: "Help nearby, right now", notices: "Notices of jobs", notices_note: "Categories, cities and how often" },
});
