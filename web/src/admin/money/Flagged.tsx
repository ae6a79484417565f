// Notices of payment providers that a person must look at.

import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useLang, useTexts } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useDeed } from "../kit/Act";
import { Listed, Quiet } from "../kit/Listed";
import { Moment } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { booksTexts } from "./books.texts";
import { fromMinor } from "./minor";

type Notice = Awaited<ReturnType<typeof load>>["notices"][number];

const load = (cursor: string | undefined, signal: AbortSignal) => api.get("/api/admin/payments/flagged", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal });

export default function Flagged() {
  const t = useTexts(booksTexts);
  const language = useLang();
  const why = useStaff().why("finance");
  const [deed, dialog] = useDeed();
  const list = useList({ key: ["admin", "flagged"], load, rows: (page) => page.notices });
  const amount = (one: Notice) => (one.amount_minor == null || !one.currency ? null : formatMoney(fromMinor(one.amount_minor, one.currency), one.currency, language));
  const resolve = (one: Notice) => deed({
    title: t("resolve_title"), yes: t("resolve"), label: t("resolve_label"), done: t("resolve_done"),
    about: <><strong>{one.provider} · {amount(one) ?? one.charge_id}</strong><p>{one.reason}</p><p class="note">{t("resolve_about")}</p></>,
    send: (note) => api.post("/api/admin/payments/flagged/{provider}/{event_id}/resolve", { params: { path: { provider: one.provider, event_id: one.event_id } }, body: { note } }),
  });
  const columns: Column<Notice>[] = [
    { head: t("why"), lead: true, cell: (one) => one.reason },
    { head: t("provider"), cell: (one) => one.provider },
    { head: t("outcome"), cell: (one) => <Badge tone={one.outcome === "paid" ? "good" : "bad"}>{t(`outcome_${one.outcome}`)}</Badge> },
    { head: t("amount"), number: true, cell: (one) => amount(one) },
    { head: t("charge"), cell: (one) => <span class="mono address">{one.charge_id}</span> },
    { head: t("subject"), cell: (one) => (one.subject ? <span class="mono address">{one.subject}</span> : null) },
    { head: t("when"), cell: (one) => <Moment at={one.received_at} /> },
    { head: "", acts: true, cell: (one) => <span class="buttons"><Button small look="quiet" disabled={why !== undefined} onClick={() => resolve(one)} testId="resolve">{t("resolve")}</Button></span> },
  ];
  return (
    <Screen title={t("flagged")} back="/admin" onRefresh={async () => list.refetch()}>
      <p class="note">{t("flagged_note")}{why ? ` ${why}` : ""}</p>
      <Listed list={list} label={t("flagged")} rowKey={(one) => `${one.provider}/${one.event_id}`} columns={columns} empty={<Quiet />} testId="flagged" />
      {dialog}
    </Screen>
  );
}
