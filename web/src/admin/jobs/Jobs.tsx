// What runs by itself, and how it is.

import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Job } from "@/api/admin";
import { formatNumber, useLang, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded, Skeleton } from "@/kit/State";
import { refreshAdmin, useAction, useDeed } from "../kit/Act";
import { formatAge } from "../kit/dates";
import { Moment, moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { Table, type Column } from "../kit/Table";
import { jobsTexts } from "./jobs.texts";

/** Seconds of lag from which a job counts as late. */
const LATE = 60;

export default function Jobs() {
  const t = useTexts(jobsTexts);
  const language = useLang();
  const why = useStaff().why();
  const [deed, dialog] = useDeed();
  const action = useAction();
  const jobs = useQuery({ queryKey: ["admin", "jobs"], queryFn: ({ signal }) => api.get("/api/admin/jobs", { signal }), refetchInterval: 10_000 });
  const pause = (job: Job) => deed({
    title: `${t("pause")}: ${job.name}`, about: <p>{t("pause_about")}</p>, yes: t("pause"), danger: true, done: t("pause_done"),
    send: (reason) => api.post("/api/admin/jobs/{name}/pause", { params: { path: { name: job.name } }, body: { reason } }),
  });
  const path = (job: Job) => ({ params: { path: { name: job.name } } });
  const count = (n: number) => (n === 0 ? null : formatNumber(n, language));
  const badge = (job: Job) => {
    if (job.paused) return <Badge tone="warn">{t("paused")}</Badge>;
    if (job.last_error) return <Badge tone="bad">{t("errors")}</Badge>;
    if ((job.lag_seconds ?? 0) >= LATE) return <Badge tone="warn">{t("late")}</Badge>;
    return <Badge tone="good">{t("running")}</Badge>;
  };
  const state = (job: Job) => (
    <>
      {badge(job)}
      {job.paused ? <><br />{job.paused.reason}<br /><span class="note"><Who by={job.paused.by} /> · <Moment at={job.paused.since} /></span></> : null}
      {job.last_error ? <><br /><span class="bad">{job.last_error}</span></> : null}
    </>
  );
  const columns: Column<Job>[] = [
    { head: t("name"), lead: true, cell: (job) => <><span class="mono">{job.name}</span><br /><span class="note">{t(job.kind)}</span></> },
    { head: t("state"), cell: state },
    { head: t("ran"), cell: (job) => moment(job.last_ran_at) },
    { head: t("due"), cell: (job) => moment(job.next_due_at) },
    { head: t("waiting"), number: true, cell: (job) => (job.waiting || job.dead ? <>{count(job.waiting) ?? 0}{job.dead ? <><br /><span class="bad">{t("dead_n", { n: job.dead })}</span></> : null}</> : null) },
    { head: t("lag"), number: true, cell: (job) => (job.lag_seconds ? formatAge(job.lag_seconds, language) : null) },
    { head: "", acts: true, cell: (job) => (
      <span class="buttons">
        {job.paused
          ? <Button small disabled={why !== undefined || action.busy} onClick={() => action.run(() => api.post("/api/admin/jobs/{name}/resume", path(job)), t("resume_done"))} label={`${t("resume")}: ${job.name}`} testId={`resume-${job.name}`}>{t("resume")}</Button>
          : <Button small look="quiet" disabled={why !== undefined} onClick={() => pause(job)} label={`${t("pause")}: ${job.name}`} testId={`pause-${job.name}`}>{t("pause")}</Button>}
        <Button small look="quiet" disabled={why !== undefined || action.busy || Boolean(job.paused)} onClick={() => action.run(() => api.post("/api/admin/jobs/{name}/run", path(job)), t("run_done"))} label={`${t("run")}: ${job.name}`} testId={`run-${job.name}`}>{t("run")}</Button>
      </span>
    ) },
  ];
  return (
    <Screen title={t("jobs")} back="/admin" onRefresh={refreshAdmin}>
      <Outbox />
      {why ? <p class="note">{why}</p> : null}
      <Loaded query={jobs} skeleton={<Skeleton rows={8} height={96} />}>{(data) => <Table label={t("jobs")} rows={data.jobs} rowKey={(job) => job.name} columns={columns} testId="jobs" />}</Loaded>
      {dialog}
    </Screen>
  );
}

/** How many events are on their way. */
function Outbox() {
  const t = useTexts(jobsTexts);
  const language = useLang();
  const outbox = useQuery({ queryKey: ["admin", "outbox"], queryFn: ({ signal }) => api.get("/api/admin/outbox", { signal }), refetchInterval: 10_000 });
  const tile = (name: "pending" | "waiting" | "dead") => (
    <div class="tile"><span class="note">{t(`outbox_${name}`)}</span><span class={name === "dead" && (outbox.data?.dead ?? 0) > 0 ? "value bad" : "value"}>{outbox.data ? formatNumber(outbox.data[name], language) : "…"}</span></div>
  );
  return <div class="tiles" role="group" aria-label={t("outbox")}>{tile("pending")}{tile("waiting")}{tile("dead")}</div>;
}
