// What somebody has ordered, newest first.

import { Link } from "wouter";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Countdown } from "@/kit/Countdown";
import { More } from "@/kit/More";
import { Badge, Row, Rows } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { ORDERS, isOpen, loadOrders, type Order } from "./data";
import { texts } from "./order.texts";
import { numberOf, toneOf, wordOf } from "./orderText";
import { shelfAddress } from "./shelf";
import { ShopTabs } from "./ShopTabs";

export default function Orders() {
  const t = useTexts(texts);
  const list = useList<Awaited<ReturnType<typeof loadOrders>>, Order>({ key: [...ORDERS, "all"], load: loadOrders, rows: (page) => page.rows });
  return (
    <ShopTabs>
      <Screen title={t("orders")} back="/" onRefresh={() => list.refetch()}>
        {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={5} height={88} />)
          : list.rows.length === 0 ? (
            <Empty title={t("none")}><p>{t("none_hint")}</p><Link href={shelfAddress()} class="button">{t("to_shelf")}</Link></Empty>
          ) : (
            <>
              <Rows long>{list.rows.map((order) => <OrderRow order={order} key={order.id} />)}</Rows>
              <More list={list} />
            </>
          )}
      </Screen>
    </ShopTabs>
  );
}

export function OrderRow({ order }: { order: Order }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [first, ...rest] = order.items;
  const goods = [first?.name, rest.length > 0 ? t("more_goods", { n: rest.length }) : ""].filter(Boolean).join(" ");
  return (
    <Row to={`/shop/orders/${order.id}`} testId="order"
      title={<span class="clamp">{goods}</span>}
      note={<span class="line"><Badge tone={toneOf(order.status)}>{t(`status_${wordOf(order)}`)}</Badge>{isOpen(order.status) ? <Countdown until={order.expires_at} label={t("left")} /> : <span>{f.moment(order.created_at)}</span>}</span>}
      side={<><strong class="amount">{f.money(order.total, order.currency)}</strong><span class="row-note">{numberOf(order.id)}</span></>} />
  );
}
