import { useState } from "preact/hooks";
import { useParams } from "wouter";
import { api } from "@/api/client";
import type { LedgerLine } from "@/api/admin";
import { useBootstrap } from "@/app/bootstrap";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Segments } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { Empty } from "@/kit/State";
import { Listed } from "../kit/Listed";
import { Amount, Moment } from "../kit/parts";
import type { Column } from "../kit/Table";
import { useKinds } from "../money/kinds";
import { peopleTexts } from "./people.texts";

export default function PersonLedger() {
  const t = useTexts(peopleTexts);
  const kind = useKinds();
  const user_id = Number(useParams<{ id: string }>().id);
  const ton = useBootstrap().data?.features.ton ?? false;
  const [currency, setCurrency] = useState("");
  const list = useList({
    key: ["admin", "person", user_id, "ledger", currency],
    load: (cursor, signal) => api.get("/api/admin/users/{user_id}/ledger", { params: { path: { user_id }, query: { ...(currency ? { currency } : {}), ...(cursor ? { cursor } : {}), limit: 50 } }, signal }),
    rows: (page) => page.lines,
  });
  const columns: Column<LedgerLine>[] = [
    { head: t("kind"), lead: true, cell: (line) => kind(line.kind) },
    { head: t("when"), cell: (line) => <Moment at={line.at} /> },
    { head: t("subject"), // What a machine made up as a name says nothing.
      cell: (line) => (line.subject.includes(":") ? null : <span class="mono address">{line.subject}</span>) },
    { head: t("memo"), cell: (line) => line.memo },
    { head: t("change"), number: true, cell: (line) => <Amount value={line.amount} currency={line.currency} signed /> },
    { head: t("after"), number: true, cell: (line) => <Amount value={line.balance_after} currency={line.currency} /> },
  ];
  return (
    <Screen title={t("history")} back={`/admin/people/${user_id}`} onRefresh={async () => list.refetch()}>
      {ton ? <Segments label={t("currency")} value={currency} onChange={setCurrency} options={[{ value: "", text: t("all") }, { value: "RUB", text: "₽" }, { value: "TON", text: "TON" }]} /> : null}
      <Listed list={list} label={t("history")} rowKey={(line) => line.id} columns={columns} empty={<Empty title={t("no_lines")} />} testId="person-lines" />
    </Screen>
  );
}
