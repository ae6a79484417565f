// How the shop does: orders, how many are paid, what is lost, what it brings.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Loaded, Skeleton } from "@/kit/State";
import type { ChartRange } from "@/markets/market";
import { ChartCard } from "@/admin/charts/ChartCard";
import { percent, sumDecimals, total } from "@/admin/charts/numbers";
import { chartsTexts } from "./charts.texts";

export default function ShopCharts({ range }: { range: ChartRange }) {
  const t = useTexts(chartsTexts);
  const chart = useQuery({
    queryKey: ["admin", "shop", "analytics", range],
    queryFn: ({ signal }) => api.get("/api/admin/shop/analytics", { params: { query: range }, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={chart} skeleton={<Skeleton rows={4} height={280} />}>
      {({ buckets, currency }) => {
        const times = buckets.map((one) => one.at);
        const hours = range.bucket === "hour";
        const amounts = buckets.map((one) => one.revenue);
        const orders = total(buckets, (one) => one.orders);
        const paid = total(buckets, (one) => one.paid);
        return (
          <div class="columns">
            <ChartCard title={t("orders")} times={times} hours={hours} series={[
              { label: t("placed"), bars: true, values: buckets.map((one) => one.orders), total: orders },
              { label: t("paid"), values: buckets.map((one) => one.paid), total: paid },
            ]} />
            <ChartCard title={t("conversion")} times={times} hours={hours} series={[
              { label: t("conversion_one"), percent: true, values: buckets.map((one) => percent(one.paid, one.orders)), total: percent(paid, orders) },
            ]} />
            <ChartCard title={t("lost")} times={times} hours={hours} series={[
              { label: t("canceled"), values: buckets.map((one) => one.canceled), total: total(buckets, (one) => one.canceled) },
              { label: t("expired"), values: buckets.map((one) => one.expired), total: total(buckets, (one) => one.expired) },
              { label: t("refunded"), values: buckets.map((one) => one.refunded), total: total(buckets, (one) => one.refunded) },
            ]} />
            <ChartCard title={t("revenue")} times={times} hours={hours} series={[
              { label: t("revenue"), bars: true, values: amounts.map(Number), total: sumDecimals(amounts), money: { currency, amounts } },
            ]} />
          </div>
        );
      }}
    </Loaded>
  );
}
