// Coins that came in; those without an owner wait for a person.

import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Choices } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { Empty } from "@/kit/State";
import { useDeed } from "../kit/Act";
import { useFilters } from "../kit/Filters";
import { Listed } from "../kit/Listed";
import { Amount, Moment, PersonLink, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { Assign } from "./Assign";
import { walletTexts } from "./wallet.texts";

const STATES = ["suspense", "credited", "dust", "claimed", "assigned", "kept", "returning", "returned"] as const;
type State = (typeof STATES)[number];
export type Deposit = Awaited<ReturnType<typeof load>>["deposits"][number];

const load = (state: State, cursor: string | undefined, signal: AbortSignal) =>
  api.get("/api/admin/wallet/deposits", { params: { query: { state, limit: 50, ...(cursor ? { cursor } : {}) } }, signal });

export default function Deposits() {
  const t = useTexts(walletTexts);
  const { money } = useFormat();
  const why = useStaff().why("finance");
  const [deed, dialog] = useDeed();
  const [owner, setOwner] = useState<Deposit | null>(null);
  const [filters, setFilters] = useFilters(["state"]);
  const state = STATES.find((one) => one === filters.state) ?? "suspense";
  const list = useList({ key: ["admin", "deposits", state], load: (cursor, signal) => load(state, cursor, signal), rows: (page) => page.deposits });

  const decide = (one: Deposit, what: "return" | "keep") => {
    const name = what === "return" ? "send_back" : "keep";
    deed({
      title: t(name), yes: t(name), danger: true, done: t(`${name}_done`),
      about: <><strong class="amount">{money(one.amount, one.currency)}</strong>{one.sender ? <p class="mono">{one.sender}</p> : null}<p class="note">{t(`${name}_about`)}</p></>,
      send: (note) => (what === "return"
        ? api.post("/api/admin/wallet/deposits/{id}/return", { params: { path: { id: one.id } }, body: { note } })
        : api.post("/api/admin/wallet/deposits/{id}/keep", { params: { path: { id: one.id } }, body: { note } })),
    });
  };

  const columns: Column<Deposit>[] = [
    { head: t("amount"), lead: true, cell: (one) => <strong><Amount value={one.amount} currency={one.currency} /></strong> },
    { head: t("from"), cell: (one) => (one.sender ? <span class="mono address">{one.sender}</span> : null) },
    { head: t("memo"), cell: (one) => one.memo },
    { head: t("when"), cell: (one) => <Moment at={one.at} /> },
    { head: t("why"), cell: (one) => one.reason },
    { head: t("who"), cell: (one) => (one.user_id ? <PersonLink id={one.user_id} /> : null) },
    { head: t("decided"), cell: (one) => (one.resolved_by ? <Who by={one.resolved_by} /> : null) },
    { head: t("note"), cell: (one) => one.note },
    ...(state === "suspense" || state === "dust" ? [{
      head: "", acts: true, cell: (one: Deposit) => (
        <span class="buttons">
          <Button small disabled={why !== undefined} onClick={() => setOwner(one)} testId="assign">{t("assign")}</Button>
          {one.sender ? <Button small look="quiet" disabled={why !== undefined} onClick={() => decide(one, "return")} testId="return">{t("send_back")}</Button> : null}
          <Button small look="danger" disabled={why !== undefined} onClick={() => decide(one, "keep")} testId="keep">{t("keep")}</Button>
        </span>
      ),
    }] : []),
  ];
  return (
    <Screen title={t("deposits")} back="/admin" onRefresh={async () => list.refetch()}>
      <Choices label={t("state")} hideLabel value={state} options={STATES.map((value) => ({ value, text: t(value) }))} onChange={(value) => setFilters({ state: value })} />
      {why ? <p class="note">{why}</p> : null}
      <Listed list={list} label={t("deposits")} rowKey={(one) => one.id} columns={columns} empty={<Empty title={t("empty")} />} testId="deposits" />
      {dialog}
      {owner ? <Assign deposit={owner} onClose={() => setOwner(null)} /> : null}
    </Screen>
  );
}
