import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Listed, Quiet } from "../kit/Listed";
import { Json, Moment, trouble } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { useFailed } from "./Failed";
import { jobsTexts } from "./jobs.texts";

type Dead = Awaited<ReturnType<typeof load>>["dead_jobs"][number];

const load = (cursor: string | undefined, signal: AbortSignal) => api.get("/api/admin/jobs/dead", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal });

export default function DeadJobs() {
  const t = useTexts(jobsTexts);
  const why = useStaff().why();
  const { buttons, dialog } = useFailed();
  const list = useList({ key: ["admin", "dead-jobs"], load, rows: (page) => page.dead_jobs });
  const columns: Column<Dead>[] = [
    { head: t("name"), lead: true, cell: (one) => <span class="mono">{one.kind}</span> },
    { head: t("error"), cell: (one) => trouble(one.last_error) },
    { head: t("attempts"), number: true, cell: (one) => one.attempts },
    { head: t("when"), cell: (one) => <Moment at={one.created_at} /> },
    { head: t("payload"), plain: true, cell: (one) => <details><summary>{t("payload")}</summary><Json value={one.payload} label={t("payload")} /></details> },
    { head: "", acts: true, cell: (one) => buttons(one.kind, why,
      () => api.post("/api/admin/jobs/dead/{id}/retry", { params: { path: { id: one.id } } }),
      () => api.delete("/api/admin/jobs/dead/{id}", { params: { path: { id: one.id } } })) },
  ];
  return (
    <Screen title={t("dead_jobs")} back="/admin" onRefresh={async () => list.refetch()}>
      {why ? <p class="note">{why}</p> : null}
      <Listed list={list} label={t("dead_jobs")} rowKey={(one) => one.id} columns={columns} empty={<Quiet />} testId="dead-jobs" />
      {dialog}
    </Screen>
  );
}
