// What somebody sees who has nothing to do with the order yet: the price, the rule, the way to take it.

import { useState } from "preact/hooks";
import { Link } from "wouter";
import { now } from "@/app/clock";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { MainAction } from "@/telegram/buttons";
import { usePause } from "../api";
import { OpenTelegram } from "../Frame";
import { isFull, isTakeable, type Order } from "../model";
import { texts as shared } from "../texts";
import { TakeSheet } from "./TakeSheet";
import { texts } from "./texts";

export function VisitorPart({ order, me }: { order: Order; me: number | undefined }) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  const { money } = useFormat();
  const paused = usePause() !== null;
  const [asking, setAsking] = useState(false);
  const takeable = isTakeable(order, now());

  if (!takeable) {
    return (
      <section class="card" role="status" data-testid="not-takeable">
        <h3>{t(isFull(order) && order.status === "active" ? "visitor_full" : "visitor_over")}</h3>
        <p class="note">{t("visitor_full_more")}</p>
        <Link href="/services/feed" class="button quiet">{t("to_feed")}</Link>
      </section>
    );
  }
  return (
    <>
      <section class="card">
        <div class="line"><span class="note">{t("price")}</span><strong class="end amount" data-testid="price">{money(order.price)}</strong></div>
        <p class="note">{t("take_rule")}</p>
      </section>
      {me === undefined ? <section class="card" data-testid="sign-in"><p>{s("sign_in")}</p><OpenTelegram start={`order_${order.id}`} /></section> : asking ? <TakeSheet order={order} me={me} onClose={() => setAsking(false)} />
        : <MainAction text={t("take", { price: money(order.price) })} onPress={() => setAsking(true)} disabled={paused} />}
    </>
  );
}
