// One order, for whoever looks at it: a stranger, its customer, somebody who took it.

import { Link } from "wouter";
import { isCode } from "@/api/errors";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Countdown } from "@/kit/Countdown";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded } from "@/kit/State";
import { keys, useMe, useOrder } from "../api";
import { CategoryIcon } from "../CategoryIcon";
import { PauseNotice } from "../Frame";
import { cameFrom } from "../kept";
import { phaseOf, readerOf, type Order } from "../model";
import { Slots } from "../Slots";
import { categoryName, phaseName, phaseTone, texts as shared } from "../texts";
import { queries } from "@/app/queries";
import { CustomerPart } from "./CustomerPart";
import { TakerPart } from "./TakerPart";
import { texts } from "./texts";
import { VisitorPart } from "./VisitorPart";

export function OrderScreen({ id }: { id: string }) {
  const t = useTexts(texts);
  const me = useMe();
  const query = useOrder(id);
  const missing = isCode(query.error, "order_not_found");
  return (
    <Screen title={t("title")} back={cameFrom()} onRefresh={() => queries.invalidateQueries({ queryKey: keys.all })}>
      {missing ? (
        <Empty title={t("gone_title")}><p>{t("gone_more")}</p><Link href="/services/feed" class="button quiet">{t("to_feed")}</Link></Empty>
      ) : (
        // Who looks decides what there is: the order waits for it.
        <Loaded query={me === null ? { ...query, data: undefined } : query} skeleton={<Bones />}>{(order) => <Content order={order} me={me ?? undefined} />}</Loaded>
      )}
    </Screen>
  );
}

function Content({ order, me }: { order: Order; me: { id: number } | undefined }) {
  const reader = readerOf(order, me?.id);
  return (
    <>
      <PauseNotice />
      <Head order={order} />
      {reader === "customer" ? <CustomerPart order={order} /> : reader === "taker" ? <TakerPart order={order} /> : <VisitorPart order={order} me={me?.id} />}
    </>
  );
}

function Head({ order }: { order: Order }) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  const { moment } = useFormat();
  const phase = phaseOf(order);
  const active = order.status === "active";
  return (
    <article class="card svc-head" data-testid="order-head" data-phase={phase}>
      <div class="svc-head-top">
        <CategoryIcon category={order.category} />
        <div class="row-main">
          <h2 class="svc-head-title">{categoryName(order.category)}</h2>
          <p class="note">{order.city} · {moment(order.created_at)}</p>
        </div>
        <Badge tone={phaseTone(phase)}>{phaseName(phase)}</Badge>
      </div>
      <p class="pre svc-text">{order.description}</p>
      <div class="line svc-head-foot">
        <Slots taken={order.taken_by.length} />
        {active ? <span class="end note">{t("until_end")} <strong><Countdown until={order.expires_at} label={s("left")} onEnd={() => setTimeout(() => void queries.invalidateQueries({ queryKey: keys.order(order.id) }), 300)} /></strong></span> : null}
      </div>
    </article>
  );
}

function Bones() {
  return (
    <>
      <div class="card svc-bones" aria-hidden="true"><span class="bone svc-bone-1" /><span class="bone" /><span class="bone" /><span class="bone svc-bone-2" /></div>
      <div class="card svc-bones" aria-hidden="true"><span class="bone svc-bone-2" /><span class="bone" /></div>
    </>
  );
}
