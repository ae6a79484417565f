import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Listed, Quiet } from "../kit/Listed";
import { Moment, PersonLink, trouble } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { useFailed } from "./Failed";
import { jobsTexts } from "./jobs.texts";

type Message = Awaited<ReturnType<typeof load>>["messages"][number];

const load = (cursor: string | undefined, signal: AbortSignal) => api.get("/api/admin/telegram/messages", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal });

export default function Messages() {
  const t = useTexts(jobsTexts);
  const why = useStaff().why("support");
  const { buttons, dialog } = useFailed();
  const list = useList({ key: ["admin", "messages"], load, rows: (page) => page.messages });
  const columns: Column<Message>[] = [
    { head: t("about"), lead: true, cell: (one) => <span class="mono">{one.key}</span> },
    // A private chat has the id of its person; groups have negative ones.
    { head: t("chat"), cell: (one) => (one.chat_id > 0 ? <PersonLink id={one.chat_id} /> : one.chat_id) },
    { head: t("state"), cell: (one) => one.state },
    { head: t("error"), cell: (one) => trouble(one.error) },
    { head: t("attempts"), number: true, cell: (one) => one.attempts },
    { head: t("when"), cell: (one) => <Moment at={one.created_at} /> },
    { head: "", acts: true, cell: (one) => buttons(one.key, why,
      () => api.post("/api/admin/telegram/messages/{id}/retry", { params: { path: { id: one.id } } }),
      () => api.delete("/api/admin/telegram/messages/{id}", { params: { path: { id: one.id } } })) },
  ];
  return (
    <Screen title={t("messages")} back="/admin" onRefresh={async () => list.refetch()}>
      {why ? <p class="note">{why}</p> : null}
      <Listed list={list} label={t("messages")} rowKey={(one) => one.id} columns={columns} empty={<Quiet />} testId="messages" />
      {dialog}
    </Screen>
  );
}
