// What somebody has sent out, and each with where it is.

import { useMutation } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { useList } from "@/app/list";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Copy } from "@/kit/Copy";
import { More } from "@/kit/More";
import { Badge, Row, Rows } from "@/kit/Row";
import { Sheet, useConfirm } from "@/kit/Sheet";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { toast, toastError } from "@/kit/toast";
import { WALLET, loadWithdrawals, type Withdrawal } from "../data";
import { texts } from "./texts";
import { canCancel, explain, short, stateOf, toneOf } from "./words";

export function Withdrawals() {
  const t = useTexts(texts);
  const f = useFormat();
  const [open, setOpen] = useState<string>();
  const list = useList<Awaited<ReturnType<typeof loadWithdrawals>>, Withdrawal>({ key: [...WALLET, "withdrawals"], load: loadWithdrawals, rows: (page) => page.withdrawals, refetchInterval: 5_000 });
  if (list.rows === undefined) return list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={3} />;
  if (list.rows.length === 0) return <Empty title={t("no_withdrawals")} />;
  const shown = list.rows.find((one) => one.id === open);
  return (
    <>
      <Rows long>
        {list.rows.map((one) => (
          <Row key={one.id} testId="withdrawal" onClick={() => setOpen(one.id)} title={<span class="amount">{f.money(one.amount, one.currency)}</span>}
            note={`${f.moment(one.requested_at)}, ${short(one.address)}`} side={<Badge tone={toneOf(one)}>{t(stateOf(one))}</Badge>} />
        ))}
      </Rows>
      <More list={list} />
      {shown ? <Details withdrawal={shown} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
}

function Details({ withdrawal, onClose }: { withdrawal: Withdrawal; onClose: () => void }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [ask, dialog] = useConfirm();
  const cancel = useMutation({
    mutationFn: () => api.post("/api/wallet/withdrawals/{id}/cancel", { params: { path: { id: withdrawal.id } } }),
    onSuccess: () => {
      toast(t("canceled"));
      onClose();
    },
    onError: toastError,
    onSettled: () => queries.invalidateQueries({ queryKey: WALLET }),
  });
  const press = async () => {
    if (await ask({ title: t("cancel_ask"), text: t("cancel_text"), yes: t("cancel"), danger: true })) cancel.mutate();
  };
  return (
    <Sheet title={t(stateOf(withdrawal))} onClose={onClose}>
      <p>{explain(withdrawal, t, f.moment)}</p>
      <Rows>
        <Row title={t("arrives")} side={<span class="amount">{f.money(withdrawal.amount, withdrawal.currency)}</span>} />
        <Row title={t("fee")} side={<span class="amount">{f.money(withdrawal.fee, withdrawal.currency)}</span>} />
        <Row title={t("takes")} side={<strong class="amount">{f.money(withdrawal.total, withdrawal.currency)}</strong>} />
        {withdrawal.comment ? <Row title={t("comment")} side={withdrawal.comment} /> : null}
      </Rows>
      <div class="card">
        <Copy text={withdrawal.address} label={t("to")} />
        {withdrawal.tx_hash ? <Copy text={withdrawal.tx_hash} label={t("tx")} /> : null}
      </div>
      {canCancel(withdrawal) ? <Button wide look="danger" busy={cancel.isPending} onClick={() => void press()} testId="cancel-withdrawal">{t("cancel")}</Button> : null}
      {dialog}
    </Sheet>
  );
}
