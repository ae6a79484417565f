// What can be set while the server runs, in words; the keys are the server's names.

import { messages } from "@/i18n";

export const settings = messages({
  ru: {
    "shop.reservation_minutes": "Сколько ждём оплату",
    "shop.low_stock": "Товар заканчивается, если осталось не больше",
    "shop.create_per_minute": "Новых заказов от одного человека",
  },
  en: {
    "shop.reservation_minutes": "How long an order waits for its payment",
    "shop.low_stock": "A product runs low at",
    "shop.create_per_minute": "New orders per person",
  },
});
