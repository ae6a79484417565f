// What somebody has ordered, newest first.

import { Link } from "wouter";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { More } from "@/kit/More";
import { Rows } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { ORDERS, loadOrders, type Order } from "./data";
import { texts } from "./order.texts";
import { OrderRow } from "./OrderRow";
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
