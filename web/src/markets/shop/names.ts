// Texts that are needed before the market's own chunk is loaded.

import { messages } from "@/i18n";

export const names = messages({
  ru: { title: "Магазин", note: "Товары с доставкой и цифровые ключи" },
  en: { title: "Shop", note: "Goods to be delivered and digital keys" },
});
