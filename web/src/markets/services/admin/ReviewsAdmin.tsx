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
import { ReviewList } from "./ReviewList";

const SHOWN = ["all", "visible", "hidden"] as const;

export default function ReviewsAdmin() {
  const t = useTexts(adminTexts);
  const why = useStaff().why("moderator");
  const [filters, setFilters] = useFilters(["show"]);
  const show = SHOWN.find((one) => one === filters.show) ?? "all";
  const list = useList({
    key: ["admin", "services", "reviews", show],
    load: (cursor, signal) => api.get("/api/admin/services/reviews", { params: { query: { ...(show === "all" ? {} : { hidden: show === "hidden" }), limit: 50, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.reviews,
  });
  return (
    <Screen title={t("reviews")} back="/admin" onRefresh={async () => list.refetch()}>
      <Choices hideLabel label={t("state")} value={show} onChange={(value) => setFilters({ show: value })} options={SHOWN.map((value) => ({ value, text: t(value) }))} />
      {why ? <p class="note">{why}</p> : null}
      {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={4} height={160} />)
        : list.rows.length === 0 && !list.hasMore ? <Empty title={t("no_reviews")} /> : <ReviewList rows={list.rows} />}
      <More list={list} />
    </Screen>
  );
}
