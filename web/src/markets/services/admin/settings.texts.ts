// What can be set while the server runs, in words; the keys are the server's names.

import { messages } from "@/i18n";

export const settings = messages({
  ru: {
    "services.take_price": "Цена контакта",
    "services.create_per_minute": "Новых заказов от одного человека",
    "services.take_per_minute": "Откликов от одного человека",
  },
  en: {
    "services.take_price": "Price of a contact",
    "services.create_per_minute": "New orders per person",
    "services.take_per_minute": "Takes per person",
  },
});
