// An order in a list of one's own: where it stands and what is left of the time.

import type { ComponentChildren } from "preact";
import { Link } from "wouter";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Countdown } from "@/kit/Countdown";
import { Badge } from "@/kit/Row";
import { CategoryIcon } from "./CategoryIcon";
import { answerBy, isGoing, phaseOf, type Order } from "./model";
import { Slots } from "./Slots";
import { categoryName, phaseName, phaseTone, texts } from "./texts";

interface Props {
  order: Order;
  /** Called when a countdown has ended: the server knows what became of it. */
  onEnd: () => void;
  /** What is said of an order that is over. */
  result?: ComponentChildren;
}

export function OrderRow({ order, onEnd, result }: Props) {
  const t = useTexts(texts);
  const { moment } = useFormat();
  const phase = phaseOf(order);
  const due = phase === "waiting" || phase === "late" ? answerBy(order) : null;
  return (
    <Link href={`/services/orders/${order.id}`} class="row svc-order" data-testid="order" data-phase={phase}>
      <CategoryIcon category={order.category} />
      <span class="row-main">
        <span class="line">
          <span class="svc-title">{categoryName(order.category)}</span>
          <span class="end"><Badge tone={phaseTone(phase)}>{phaseName(phase)}</Badge></span>
        </span>
        <span class="clamp">{order.description}</span>
        <span class="line row-note">
          {isGoing(phase) ? <Slots taken={order.taken_by.length} /> : result ?? moment(order.created_at)}
          <span class="end svc-left">
            {due !== null ? <span class="warn"><Countdown until={due} onEnd={onEnd} label={t("left")} /></span>
              : isGoing(phase) ? <Countdown until={order.expires_at} onEnd={onEnd} label={t("left")} /> : result ? moment(order.created_at) : order.city}
          </span>
        </span>
      </span>
    </Link>
  );
}
