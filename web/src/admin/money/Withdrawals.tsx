// Money that goes out: what waits for a decision, and what became of the rest.

import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Choices } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { Empty } from "@/kit/State";
import { toast } from "@/kit/toast";
import { useDeed } from "../kit/Act";
import { useFilters } from "../kit/Filters";
import { Listed } from "../kit/Listed";
import { Amount, Moment, PersonLink, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { walletTexts } from "./wallet.texts";

const STATES = ["requested", "approved", "sending", "confirmed", "failed", "returned"] as const;
type State = (typeof STATES)[number];
type Withdrawal = Awaited<ReturnType<typeof load>>["withdrawals"][number];

const load = (state: State, cursor: string | undefined, signal: AbortSignal) =>
  api.get("/api/admin/wallet/withdrawals", { params: { query: { state, limit: 50, ...(cursor ? { cursor } : {}) } }, signal });

export default function Withdrawals() {
  const t = useTexts(walletTexts);
  const { money } = useFormat();
  const why = useStaff().why("finance");
  const [deed, dialog] = useDeed();
  const [filters, setFilters] = useFilters(["state"]);
  const state = STATES.find((one) => one === filters.state) ?? "requested";
  const list = useList({ key: ["admin", "withdrawals", state], load: (cursor, signal) => load(state, cursor, signal), rows: (page) => page.withdrawals });

  const about = (one: Withdrawal, text: string) => (
    <><strong class="amount">{money(one.amount, one.currency)}</strong><p class="mono">{one.address}</p>{one.user_id ? <p><PersonLink id={one.user_id} /></p> : null}<p class="note">{text}</p></>
  );
  const approve = (one: Withdrawal) => deed({
    title: t("approve"), about: about(one, t("approve_about")), yes: t("approve"), label: t("note"), optional: true, done: t("approve_done"),
    send: async (note) => {
      const now = await api.post("/api/admin/wallet/withdrawals/{id}/approve", { params: { path: { id: one.id } }, body: note ? { note } : {} });
      if (now.state === "requested" && now.approvals < now.approvals_needed) toast(t("second"));
    },
  });
  const reject = (one: Withdrawal) => deed({
    title: t("reject"), about: about(one, t("reject_about")), yes: t("reject"), danger: true, done: t("reject_done"),
    send: (note) => api.post("/api/admin/wallet/withdrawals/{id}/reject", { params: { path: { id: one.id } }, body: { note } }),
  });

  const columns: Column<Withdrawal>[] = [
    { head: t("amount"), lead: true, cell: (one) => <strong><Amount value={one.amount} currency={one.currency} /></strong> },
    { head: t("who"), cell: (one) => (one.user_id ? <PersonLink id={one.user_id} /> : null) },
    { head: t("to"), cell: (one) => <span class="mono address">{one.address}</span> },
    { head: t("fee"), number: true, cell: (one) => <Amount value={one.fee} currency={one.currency} /> },
    { head: t("when"), cell: (one) => <Moment at={one.requested_at} /> },
    { head: t("approvals"), cell: (one) => (one.needs_approval ? t("approvals_of", { n: one.approvals, m: one.approvals_needed }) : null) },
    { head: t("decided"), cell: (one) => (one.decided_by ? <Who by={one.decided_by} /> : null) },
    { head: t("note"), cell: (one) => one.note ?? one.failure },
    ...(state === "requested" || state === "approved" ? [{
      head: "", acts: true, cell: (one: Withdrawal) => (
        <span class="buttons">
          {state === "requested" && one.needs_approval ? <Button small disabled={why !== undefined} onClick={() => approve(one)} testId="approve">{t("approve")}</Button> : null}
          <Button small look="danger" disabled={why !== undefined} onClick={() => reject(one)} testId="reject">{t("reject")}</Button>
        </span>
      ),
    }] : []),
  ];
  return (
    <Screen title={t("withdrawals")} back="/admin" onRefresh={async () => list.refetch()}>
      <Choices label={t("state")} hideLabel value={state} options={STATES.map((value) => ({ value, text: t(value) }))} onChange={(value) => setFilters({ state: value })} />
      {why ? <p class="note">{why}</p> : null}
      <Listed list={list} label={t("withdrawals")} rowKey={(one) => one.id} columns={columns} empty={<Empty title={t("empty")} />} testId="withdrawals" />
      {dialog}
    </Screen>
  );
}
