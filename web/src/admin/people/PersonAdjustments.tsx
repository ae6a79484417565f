import { useParams } from "wouter";
import { api } from "@/api/client";
import type { Adjustment } from "@/api/admin";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Empty } from "@/kit/State";
import { Listed } from "../kit/Listed";
import { Amount, Moment, Who } from "../kit/parts";
import type { Column } from "../kit/Table";
import { peopleTexts } from "./people.texts";

export default function PersonAdjustments() {
  const t = useTexts(peopleTexts);
  const user_id = Number(useParams<{ id: string }>().id);
  const list = useList({
    key: ["admin", "person", user_id, "adjustments"],
    load: (cursor, signal) => api.get("/api/admin/users/{user_id}/adjustments", { params: { path: { user_id }, query: { ...(cursor ? { cursor } : {}), limit: 50 } }, signal }),
    rows: (page) => page.adjustments,
  });
  const columns: Column<Adjustment>[] = [
    { head: t("reason"), lead: true, cell: (one) => one.reason },
    { head: t("when"), cell: (one) => <Moment at={one.at} /> },
    { head: t("by"), cell: (one) => <Who by={one.by} /> },
    { head: t("change"), number: true, cell: (one) => <Amount value={one.amount} currency={one.currency} signed /> },
    { head: t("after"), number: true, cell: (one) => <Amount value={one.balance_after} currency={one.currency} /> },
  ];
  return (
    <Screen title={t("adjustments")} back={`/admin/people/${user_id}`} onRefresh={async () => list.refetch()}>
      <Listed list={list} label={t("adjustments")} rowKey={(one) => one.id} columns={columns} empty={<Empty />} testId="adjustments" />
    </Screen>
  );
}
