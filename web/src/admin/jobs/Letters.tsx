// Events that could not be delivered: looked at, mended, tried again.

import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Screen } from "@/kit/Screen";
import { Listed, Quiet } from "../kit/Listed";
import { Json, Moment, trouble } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { EditLetter } from "./EditLetter";
import { useFailed } from "./Failed";
import { jobsTexts } from "./jobs.texts";

export type Letter = Awaited<ReturnType<typeof load>>["dead_letters"][number];

const load = (cursor: string | undefined, signal: AbortSignal) => api.get("/api/admin/outbox/dead-letters", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal });

export default function Letters() {
  const t = useTexts(jobsTexts);
  const why = useStaff().why();
  const { buttons, dialog } = useFailed();
  const [edited, setEdited] = useState<Letter | null>(null);
  const list = useList({ key: ["admin", "letters"], load, rows: (page) => page.dead_letters });
  const columns: Column<Letter>[] = [
    { head: t("topic"), lead: true, cell: (one) => <span class="mono">{one.topic}</span> },
    { head: t("about"), cell: (one) => <span class="mono">{one.aggregate}</span> },
    { head: t("to"), cell: (one) => <span class="mono">{one.queue}</span> },
    { head: t("error"), cell: (one) => trouble(one.last_error) },
    { head: t("attempts"), number: true, cell: (one) => one.attempts },
    { head: t("when"), cell: (one) => <Moment at={one.created_at} /> },
    { head: t("payload"), plain: true, cell: (one) => <details><summary>{t("payload")}</summary><Json value={one.payload} label={t("payload")} /></details> },
    { head: "", acts: true, cell: (one) => buttons(one.topic, why,
      () => api.post("/api/admin/outbox/dead-letters/{id}/retry", { params: { path: { id: one.id } } }),
      () => api.delete("/api/admin/outbox/dead-letters/{id}", { params: { path: { id: one.id } } }),
      <Button small look="quiet" disabled={why !== undefined} onClick={() => setEdited(one)} label={`${t("edit")}: ${one.topic}`} testId="edit">{t("edit")}</Button>) },
  ];
  return (
    <Screen title={t("letters")} back="/admin" onRefresh={async () => list.refetch()}>
      {why ? <p class="note">{why}</p> : null}
      <Listed list={list} label={t("letters")} rowKey={(one) => one.id} columns={columns} empty={<Quiet />} testId="letters" />
      {dialog}
      {edited ? <EditLetter letter={edited} onClose={() => setEdited(null)} /> : null}
    </Screen>
  );
}
