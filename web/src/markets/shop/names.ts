// Texts that are needed before the market's own chunk is loaded.

import { messages } from "@/i18n";

export const names = messages({
  ru: { title: "Магазин", note: "Товары с доставкой и цифровые ключи", admin_orders: "Заказы", admin_to_fulfil: "Заказы ждут отправки", admin_products: "Товары", admin_low: "Товары заканчиваются", admin_coupons: "Промокоды" },
  en: { title: "Shop", note: "Goods to be delivered and digital keys", admin_orders: "Orders", admin_to_fulfil: "Orders to be sent", admin_products: "Products", admin_low: "Products running low", admin_coupons: "Promo codes" },
});
