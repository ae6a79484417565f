// What an executor sees who took the order: the contact, what the customer does, the money.

import { Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Stars } from "@/kit/Field";
import { forget, useCheck, useRefunds } from "../api";
import { answerBy, phaseOf, type Order, type Phase } from "../model";
import { ComplaintSheet } from "../later";
import { ContactCard } from "./ContactCard";
import { StateCard } from "./StateCard";
import { texts } from "./texts";

const STATES = {
  open: ["wait_title", "wait_more"],
  waiting: ["wait_title", "wait_more"],
  late: ["wait_title", "wait_more"],
  answered: ["answered_title", "answered_more"],
  over: ["over_title", "over_more"],
  expired: ["over_title", "over_more"],
  refunded: ["refunded_title", "refunded_more"],
  completed: ["completed_title", "completed_more"],
  deleted: ["refunded_title", "removed_more"],
} as const satisfies Record<Phase, readonly [string, string]>;

export function TakerPart({ order }: { order: Order }) {
  const t = useTexts(texts);
  const { money } = useFormat();
  const phase = phaseOf(order);
  const [complaining, setComplaining] = useState(false);
  const check = useCheck(order.id, true);
  const back = useRefunds(true).data?.get(order.id);
  const [title, more] = STATES[phase];
  const refunded = back !== undefined && back > 0;
  const due = phase === "waiting" || phase === "late" ? answerBy(order) : null;
  return (
    <>
      {order.contact === null ? null : <ContactCard contact={order.contact} />}
      <StateCard tone={due !== null ? "warn" : phase === "answered" || phase === "completed" || refunded ? "good" : "plain"}
        title={t(title)} text={t(more)} until={due} onEnd={() => setTimeout(() => forget(order.id), 300)}>
        {refunded ? <p class="good" data-testid="refund">{t("refunded_amount", { amount: money(back) })}</p> : null}
      </StateCard>
      {order.rating === null ? null : (
        <section class="card">
          <h2>{t("last_review")}</h2>
          <p><Stars value={order.rating} label={`${t("rate_stars")}: ${order.rating}`} /></p>
          {order.review_comment ? <p class="pre">{order.review_comment}</p> : null}
        </section>
      )}
      {check.data === undefined ? null : check.data.type === "complaint" ? <p class="note svc-center">{t("complained")}</p>
        : <Button look="link" onClick={() => setComplaining(true)} testId="complain">{t("complain")}</Button>}
      {complaining ? <Suspense fallback={null}><ComplaintSheet order={order.id} onClose={() => setComplaining(false)} /></Suspense> : null}
    </>
  );
}
