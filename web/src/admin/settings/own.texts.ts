// Settings that belong to no market, in words.

import { messages } from "@/i18n";

export const own = messages({
  ru: { "telegram.support_contact": "К кому обращаться за помощью" },
  en: { "telegram.support_contact": "Whom people turn to for help" },
});
