// How the markets do, over time.

import { useQuery } from "@tanstack/react-query";
import { Suspense } from "preact/compat";
import { useMemo } from "preact/hooks";
import { api } from "@/api/client";
import { useBootstrap } from "@/app/bootstrap";
import { now } from "@/app/clock";
import { useLang, useTexts } from "@/i18n";
import { Input, Choices } from "@/kit/Field";
import { Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Skeleton } from "@/kit/State";
import { chartTexts } from "../charts/chart.texts";
import { ownRange, presetRange, PRESETS } from "../charts/range";
import { refreshAdmin } from "../kit/Act";
import { dayOf, formatAge } from "../kit/dates";
import { useFilters } from "../kit/Filters";
import { Table } from "../kit/Table";
import { marketsHere } from "../menu";

export default function Analytics() {
  const t = useTexts(chartTexts);
  const here = marketsHere(useBootstrap().data).filter((market) => market.Charts);
  const [filters, setFilters] = useFilters(["range", "from", "to"]);
  const own = filters.range === "own";
  const preset = PRESETS.find((one) => one === filters.range) ?? "week";
  // The end moves with the hour, not with every look.
  const hour = Math.floor(now() / 3_600_000);
  const range = useMemo(() => (own ? ownRange(filters.from, filters.to) : presetRange(preset, now())), [own, preset, filters.from, filters.to, hour]);
  const choose = (value: string) => setFilters(value === "own" ? { range: value, from: dayOf(now() - 13 * 86_400_000), to: dayOf(now()) } : { range: value });
  return (
    <Screen title={t("title")} back="/admin" onRefresh={refreshAdmin}>
      <Choices hideLabel label={t("range")} value={own ? "own" : preset} options={[...PRESETS, "own" as const].map((value) => ({ value, text: t(value) }))} onChange={choose} />
      {own ? (
        <div class="card filter-fields">
          <Input type="date" label={t("from")} value={filters.from ?? ""} onChange={(from) => setFilters({ ...filters, from })} problem={range ? undefined : t("bad_range")} />
          <Input type="date" label={t("to")} value={filters.to ?? ""} onChange={(to) => setFilters({ ...filters, to })} />
        </div>
      ) : null}
      {range ? here.map((market) => (market.Charts ? (
        <Section key={market.name} title={market.title()}><Suspense fallback={<Skeleton rows={2} height={280} />}><market.Charts range={range} /></Suspense></Section>
      ) : null)) : null}
      <Lag />
    </Screen>
  );
}

/** Which jobs are behind now. */
function Lag() {
  const t = useTexts(chartTexts);
  const language = useLang();
  const jobs = useQuery({ queryKey: ["admin", "jobs"], queryFn: ({ signal }) => api.get("/api/admin/jobs", { signal }), refetchInterval: 10_000 });
  const late = (jobs.data?.jobs ?? []).filter((job) => (job.lag_seconds ?? 0) > 0).sort((a, b) => (b.lag_seconds ?? 0) - (a.lag_seconds ?? 0));
  if (jobs.data === undefined) return null;
  return (
    <Section title={t("lag")}>
      {late.length === 0 ? <p class="card good">{t("lag_none")}</p> : (
        <Table label={t("lag")} rows={late} rowKey={(job) => job.name} columns={[
          { head: t("lag_job"), lead: true, cell: (job) => <span class="mono">{job.name}</span> },
          { head: t("lag_value"), number: true, cell: (job) => formatAge(job.lag_seconds ?? 0, language) },
        ]} />
      )}
    </Section>
  );
}
