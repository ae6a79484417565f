// What is going on in the shop for this person, on the first screen: orders that move, the cart.

import { useQuery } from "@tanstack/react-query";
import { messages, useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Icon } from "@/kit/Icon";
import { Row, Rows, Section } from "@/kit/Row";
import { ORDERS, isOpen, loadOrders, useCart, type Order } from "./data";
import { OrderRow } from "./OrderRow";
import { onlyKeys } from "./orderText";
import "./shop.css";

const texts = messages({
  ru: {
    title: "Покупки",
    cart: { one: "В корзине {n} товар", few: "В корзине {n} товара", many: "В корзине {n} товаров", other: "В корзине {n} товара" },
    all: "Все заказы",
  },
  en: {
    title: "Shopping",
    cart: { one: "{n} item in your cart", other: "{n} items in your cart" },
    all: "All orders",
  },
});

/** To be paid, or on its way. */
const moves = (order: Order) => isOpen(order.status) || order.status === "paid" || (order.status === "fulfilled" && !onlyKeys(order));

export default function ShopToday() {
  const t = useTexts(texts);
  const f = useFormat();
  const cart = useCart().data;
  const orders = useQuery({ queryKey: [...ORDERS, "today"], queryFn: ({ signal }) => loadOrders(undefined, signal) }).data?.rows.filter(moves).slice(0, 3) ?? [];
  const count = cart?.items.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
  if (count === 0 && orders.length === 0) return null;
  return (
    <Section title={t("title")}>
      <Rows>
        {count > 0 && cart ? <Row to="/shop/cart" icon={<Icon name="cart" />} title={t("cart", { n: count })} side={<span class="amount">{f.money(cart.items_total, cart.currency)}</span>} testId="today-cart" /> : null}
        {orders.map((order) => <OrderRow order={order} key={order.id} />)}
      </Rows>
    </Section>
  );
}
