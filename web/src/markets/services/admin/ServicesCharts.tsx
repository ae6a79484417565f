// How this market does: how many orders, how fast they are taken, what goes wrong, what it brings.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Loaded, Skeleton } from "@/kit/State";
import type { ChartRange } from "@/markets/market";
import { ChartCard } from "@/admin/charts/ChartCard";
import { percent, sumDecimals, total } from "@/admin/charts/numbers";
import { chartsTexts } from "./charts.texts";

export default function ServicesCharts({ range }: { range: ChartRange }) {
  const t = useTexts(chartsTexts);
  const chart = useQuery({
    queryKey: ["admin", "services", "analytics", range],
    queryFn: ({ signal }) => api.get("/api/admin/services/analytics", { params: { query: range }, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={chart} skeleton={<Skeleton rows={4} height={280} />}>
      {({ buckets, currency }) => {
        const times = buckets.map((one) => one.at);
        const hours = range.bucket === "hour";
        const amounts = buckets.map((one) => one.revenue);
        const orders = total(buckets, (one) => one.orders);
        const takes = total(buckets, (one) => one.takes);
        return (
          <div class="columns">
            <ChartCard title={t("orders")} times={times} hours={hours} series={[
              { label: t("posted"), bars: true, values: buckets.map((one) => one.orders), total: orders },
              { label: t("completed"), values: buckets.map((one) => one.completed), total: total(buckets, (one) => one.completed) },
            ]} />
            <ChartCard title={t("speed")} times={times} hours={hours} series={[
              { label: t("within_5"), percent: true, values: buckets.map((one) => percent(one.taken_within_5, one.orders)), total: percent(total(buckets, (one) => one.taken_within_5), orders) },
              { label: t("within_15"), percent: true, values: buckets.map((one) => percent(one.taken_within_15, one.orders)), total: percent(total(buckets, (one) => one.taken_within_15), orders) },
            ]} />
            <ChartCard title={t("trouble")} times={times} hours={hours} series={[
              { label: t("no_response"), percent: true, values: buckets.map((one) => percent(one.no_response, one.orders)), total: percent(total(buckets, (one) => one.no_response), orders) },
              { label: t("refunds"), percent: true, values: buckets.map((one) => percent(one.refunds, one.takes)), total: percent(total(buckets, (one) => one.refunds), takes) },
            ]} />
            <ChartCard title={t("revenue")} times={times} hours={hours} series={[
              { label: t("revenue_one"), bars: true, values: amounts.map(Number), total: sumDecimals(amounts), money: { currency, amounts } },
            ]} />
          </div>
        );
      }}
    </Loaded>
  );
}
