// Texts that are needed before the market's own chunk is loaded.

import { messages } from "@/i18n";

export const names = messages({
  ru: { title: "Срочные услуги" },
  en: { title: "Urgent jobs" },
});
