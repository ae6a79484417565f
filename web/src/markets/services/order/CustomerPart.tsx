// What the customer sees of their own order, and what they can do now.

import { Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { useConfirm } from "@/kit/Sheet";
import { toast, toastError } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { close, forget, remove, respond, useAct, usePause } from "../api";
import { answerBy, customerMay, isFull, phaseOf, type Order, type Phase } from "../model";
import { ReviewSheet } from "../later";
import { CompleteSheet } from "./CompleteSheet";
import { Executors } from "./Executors";
import { repeat } from "./repeat";
import { StateCard } from "./StateCard";
import { texts } from "./texts";

const STATES = {
  open: ["open_title", "open_more", "plain"],
  waiting: ["respond_title", "respond_more", "warn"],
  late: ["respond_title", "respond_more", "warn"],
  answered: ["going_title", "going_more", "good"],
  over: ["end_title", "end_more", "plain"],
  expired: ["expired_title", "expired_more", "plain"],
  refunded: ["closed_title", "closed_more", "plain"],
  completed: ["done_title", "done_more", "good"],
  deleted: ["removed_title", "removed_customer", "plain"],
} as const satisfies Record<Phase, readonly [string, string, string]>;

export function CustomerPart({ order }: { order: Order }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const [sheet, setSheet] = useState<"complete" | { rate: number } | null>(null);
  const [ask, dialog] = useConfirm();
  const paused = usePause() !== null;
  const phase = phaseOf(order);
  const may = customerMay(phase);
  const [title, more, tone] = STATES[phase];
  const { id } = order;

  const answer = useAct(id, () => respond(id), () => toast(t("responded")), toastError);
  const closing = useAct(id, () => close(id), () => toast(t("closed")), toastError);
  const removing = useAct(id, () => remove(id), () => {
    toast(t("removed"));
    go("/services/orders", { replace: true });
  }, toastError);

  const askClose = async () => {
    const text = t(order.customer_responded_at === null ? "close_refund" : "close_keep");
    if (await ask({ title: t("close_title"), text, yes: t("close_yes"), danger: true })) closing.mutate();
  };
  const askRemove = async () => {
    if (await ask({ title: t("remove_title"), text: t("remove_text"), yes: t("remove_yes"), danger: true })) removing.mutate();
  };
  const again = () => {
    repeat(order);
    go("/services/new");
  };

  const busy = answer.isPending || closing.isPending || removing.isPending;
  const quiet = sheet === null && dialog === null;
  return (
    <>
      <StateCard title={t(title)} text={t(phase === "answered" && isFull(order) ? "going_full" : more)} tone={tone} until={may.respond ? answerBy(order) : null} onEnd={() => setTimeout(() => forget(id), 300)} />
      {order.taken_by.length > 0 ? <Executors order={order} mayRate={may.review} onRate={(rate) => setSheet({ rate })} /> : null}
      <section class="card">
        <div class="line"><span class="note">{t("your_contact")}</span><strong class="end">{order.contact}</strong></div>
        <p class="note">{t("contact_seen")}</p>
      </section>
      <div class="svc-acts">
        {may.respond && may.complete ? <Button wide look="quiet" disabled={busy} onClick={() => setSheet("complete")} testId="complete">{t("complete")}</Button> : null}
        {may.edit ? <Link href={`/services/orders/${id}/edit`} class="button quiet wide" data-testid="edit">{t("edit")}</Link> : null}
        {may.close ? <Button wide look="danger" busy={closing.isPending} disabled={busy} onClick={() => void askClose()} testId="close">{t("close")}</Button> : null}
        {may.remove ? <Button wide look="danger" busy={removing.isPending} disabled={busy} onClick={() => void askRemove()} testId="remove">{t("remove")}</Button> : null}
      </div>
      {!quiet ? null : may.respond ? <MainAction text={t("respond")} busy={answer.isPending} disabled={busy} onPress={() => answer.mutate()} />
        : may.complete ? <MainAction text={t("complete")} disabled={busy} onPress={() => setSheet("complete")} />
          : phase !== "open" ? <MainAction text={t("again")} disabled={paused} onPress={again} /> : null}
      {sheet === "complete" ? <CompleteSheet order={order} onClose={() => setSheet(null)} onDone={(rate) => setSheet({ rate })} /> : null}
      {sheet !== null && sheet !== "complete" ? (
        <Suspense fallback={null}>
          <ReviewSheet order={id} executor={sheet.rate} name={t("executor", { n: order.taken_by.findIndex((take) => take.executor_id === sheet.rate) + 1 })} onClose={() => setSheet(null)} />
        </Suspense>
      ) : null}
      {dialog}
    </>
  );
}
