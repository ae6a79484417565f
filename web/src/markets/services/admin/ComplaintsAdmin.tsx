import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Choices } from "@/kit/Field";
import { More } from "@/kit/More";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { useFilters } from "@/admin/kit/Filters";
import { useStaff } from "@/admin/kit/staff";
import { adminTexts } from "./admin.texts";
import { ComplaintList } from "./ComplaintList";

const STATES = ["open", "resolved", "all"] as const;

export default function ComplaintsAdmin() {
  const t = useTexts(adminTexts);
  const why = useStaff().why("moderator");
  const [filters, setFilters] = useFilters(["state"]);
  const state = STATES.find((one) => one === filters.state) ?? "open";
  const list = useList({
    key: ["admin", "services", "complaints", state],
    load: (cursor, signal) => api.get("/api/admin/services/complaints", { params: { query: { ...(state === "all" ? {} : { state }), limit: 50, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.complaints,
  });
  return (
    <Screen title={t("complaints")} back="/admin" onRefresh={async () => list.refetch()}>
      <Choices hideLabel label={t("state")} value={state} onChange={(value) => setFilters({ state: value })} options={STATES.map((value) => ({ value, text: t(value) }))} />
      {why ? <p class="note">{why}</p> : null}
      {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={4} height={160} />)
        : list.rows.length === 0 && !list.hasMore ? <Empty title={t("no_complaints")} /> : <ComplaintList rows={list.rows} />}
      <More list={list} />
    </Screen>
  );
}
