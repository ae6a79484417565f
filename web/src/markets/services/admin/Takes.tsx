import { api } from "@/api/client";
import type { AdminOrderCard, AdminTake } from "@/api/admin";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { useDeed } from "@/admin/kit/Act";
import { Amount, Moment, PersonLink } from "@/admin/kit/parts";
import { useStaff } from "@/admin/kit/staff";
import { Table, type Column } from "@/admin/kit/Table";
import { adminTexts } from "./admin.texts";

/** Who paid for the contact, and whether they got it back. */
export function Takes({ order }: { order: AdminOrderCard }) {
  const t = useTexts(adminTexts);
  const { money } = useFormat();
  const why = useStaff().why("finance");
  const [deed, dialog] = useDeed();
  const refund = (take: AdminTake) => deed({
    title: t("refund"), yes: t("refund"), done: t("refund_done"),
    about: <p>{t("refund_about", { amount: money(take.price, take.currency), name: `${take.name}, ${take.executor_id}` })}</p>,
    send: (reason, key) => api.post("/api/admin/services/orders/{id}/takes/{executor_id}/refund", {
      params: { path: { id: order.id, executor_id: take.executor_id }, header: { "Idempotency-Key": key } }, body: { reason },
    }),
  });
  const columns: Column<AdminTake>[] = [
    { head: t("executor"), lead: true, cell: (take) => <PersonLink id={take.executor_id} name={take.name} /> },
    { head: t("paid"), number: true, cell: (take) => <Amount value={take.price} currency={take.currency} /> },
    { head: t("taken"), cell: (take) => <Moment at={take.taken_at} /> },
    { head: t("refunded"), cell: (take) => (take.refunded_at ? <><Moment at={take.refunded_at} /> · {take.refund_reason ?? t("refund_by_silence")}</> : null) },
    { head: "", acts: true, cell: (take) => (take.refunded_at ? null : (
      <span class="buttons"><Button small look="quiet" disabled={why !== undefined} onClick={() => refund(take)} label={`${t("refund")}: ${take.name}`} testId={`refund-${take.executor_id}`}>{t("refund")}</Button></span>
    )) },
  ];
  return (
    <>
      {order.takes.length === 0 ? <div class="card"><p class="note">{t("no_takes")}</p></div> : <Table label={t("takes")} rows={order.takes} rowKey={(take) => take.executor_id} columns={columns} testId="takes" />}
      {why && order.takes.some((take) => !take.refunded_at) ? <p class="note">{why}</p> : null}
      {dialog}
    </>
  );
}
