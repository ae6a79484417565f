// A chart with its heading, what it adds up to, and the same as a table.

import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import { formatNumber, useLang, useTexts } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { chartTexts } from "./chart.texts";
import { bucketFormat } from "./range";

const Plot = lazy(() => import("./Plot"));

export interface Series {
  label: string;
  /** One for each bucket; nothing where there is nothing to say. For the canvas only. */
  values: readonly (number | null)[];
  /** What stands for the whole range. */
  total: string | number | null;
  percent?: boolean;
  bars?: boolean;
  /** Amounts as the server gave them, beside `values`. */
  money?: { currency: string; amounts: readonly string[] };
}

interface Props {
  title: string;
  /** Beginnings of the buckets. */
  times: readonly string[];
  hours: boolean;
  series: readonly Series[];
}

export function ChartCard({ title, times, hours, series }: Props) {
  const t = useTexts(chartTexts);
  const language = useLang();
  const [at, setAt] = useState<number | null>(null);
  const moment = bucketFormat(language, hours);
  const show = (one: Series, value: string | number | null | undefined) => {
    if (value === null || value === undefined) return "—";
    if (one.money) return formatMoney(value, one.money.currency, language);
    return one.percent ? `${formatNumber(Number(value), language)} %` : formatNumber(Number(value), language);
  };
  const valueAt = (one: Series, index: number) => show(one, one.money ? one.money.amounts[index] : one.values[index]);
  const when = (index: number) => moment.format(new Date(times[index] ?? 0));
  const busy = [...times.keys()].filter((index) => series.some((one) => Number(one.values[index] ?? 0) !== 0));
  return (
    <figure class="card chart">
      <figcaption class="chart-head">
        <h3>{title}</h3>
        <span class="note" aria-hidden="true">{at === null ? "" : when(at)}</span>
      </figcaption>
      <div class="legend">
        {series.map((one, n) => (
          <span key={one.label} class={`mark mark-${n}`}><span class="note">{one.label}</span> <strong>{at === null ? show(one, one.total) : valueAt(one, at)}</strong></span>
        ))}
      </div>
      <Suspense fallback={<div class="plot" />}><Plot times={times.map((one) => Date.parse(one) / 1000)} series={series} hours={hours} onPoint={setAt} /></Suspense>
      <details>
        <summary>{t("table")}<span class="hidden">: {title}</span></summary>
        {busy.length === 0 ? <p class="note">{t("no_data")}</p> : (
          <div class="table-box" tabIndex={0} role="region" aria-label={title}>
            <table class="table">
              <thead><tr><th scope="col">{t("time")}</th>{series.map((one) => <th scope="col" class="number" key={one.label}>{one.label}</th>)}</tr></thead>
              <tbody>{busy.map((index) => <tr key={index}><th scope="row">{when(index)}</th>{series.map((one) => <td class="number" key={one.label}>{valueAt(one, index)}</td>)}</tr>)}</tbody>
            </table>
          </div>
        )}
      </details>
    </figure>
  );
}
