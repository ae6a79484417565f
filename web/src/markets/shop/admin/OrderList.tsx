import { useFilters } from "@/admin/kit/Filters";
import { Listed } from "@/admin/kit/Listed";
import { Moment, PersonLink } from "@/admin/kit/parts";
import type { Column } from "@/admin/kit/Table";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Choices } from "@/kit/Field";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import type { Status } from "../data";
import { texts as orderTexts } from "../order.texts";
import { numberOf, toneOf, wordOf } from "../orderText";
import { loadAllOrders, type Order } from "./data";
import { texts } from "./orders.texts";

/** What is worked off first comes first. */
const STATUSES: readonly Status[] = ["paid", "fulfilled", "reserved", "payment_pending", "delivered", "refunded", "canceled", "expired"];

const goodsOf = (order: Order) => order.items.map((item) => (item.quantity > 1 ? `${item.name} × ${item.quantity}` : item.name)).join(", ");

export function OrderList() {
  const t = useTexts(texts);
  const o = useTexts(orderTexts);
  const f = useFormat();
  const [{ status }, setFilters] = useFilters(["status"]);
  const shown = STATUSES.find((one) => one === status);
  const list = useList<Awaited<ReturnType<typeof loadAllOrders>>, Order>({ key: ["admin", "shop", "orders", shown], load: (cursor, signal) => loadAllOrders(shown, cursor, signal), rows: (page) => page.rows });
  const columns: Column<Order>[] = [
    { head: t("number"), lead: true, cell: (one) => numberOf(one.id) },
    { head: t("goods"), plain: true, cell: (one) => <span class="clamp">{goodsOf(one)}</span> },
    { head: t("customer"), cell: (one) => <Customer order={one} /> },
    { head: t("sum"), number: true, cell: (one) => <span class="amount">{f.money(one.total, one.currency)}</span> },
    { head: t("status"), cell: (one) => <Badge tone={toneOf(one.status)}>{o(`status_${wordOf(one)}`)}</Badge> },
    { head: t("made"), cell: (one) => <Moment at={one.created_at} /> },
  ];
  return (
    <Screen title={t("orders")} back="/admin" onRefresh={() => list.refetch()}>
      <Choices label={t("status")} hideLabel value={shown ?? null} options={STATUSES.map((value) => ({ value, text: value === "payment_pending" ? t("begun") : o(`status_${value}`) }))} onChange={(value) => setFilters({ status: value === shown ? "" : value })} />
      <Listed list={list} label={t("orders")} rowKey={(one) => one.id} columns={columns} to={(one) => `/admin/shop/orders/${one.id}`} testId="orders" />
    </Screen>
  );
}

export function Customer({ order }: { order: Order }) {
  const t = useTexts(texts);
  if (order.customer_id != null) return <PersonLink id={order.customer_id} />;
  return order.user_email ? <>{t("guest", { email: order.user_email })}</> : null;
}
