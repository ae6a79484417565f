// One order of the feed. It follows its own order and is drawn again for nothing else.

import { memo, useSyncExternalStore } from "preact/compat";
import { useCallback } from "preact/hooks";
import { Link } from "wouter";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Countdown } from "@/kit/Countdown";
import { CategoryIcon } from "../CategoryIcon";
import { hasTaken } from "../model";
import { Slots } from "../Slots";
import { categoryName, texts as shared } from "../texts";
import type { FeedStore } from "./store";
import { texts } from "./texts";

interface Props {
  feed: FeedStore;
  id: string;
  me: number | undefined;
}

export const FeedRow = memo(function FeedRow({ feed, id, me }: Props) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  const { money } = useFormat();
  const order = useSyncExternalStore(useCallback((listener: () => void) => feed.watchRow(id, listener), [feed, id]), () => feed.get(id));
  const going = useSyncExternalStore(useCallback((listener: () => void) => feed.watchRow(id, listener), [feed, id]), () => feed.isGoing(id));
  if (order === undefined) return null;
  return (
    <Link href={`/services/orders/${id}`} class={`row svc-order svc-feed-row${going ? " gone" : feed.isFresh(id) ? " new" : ""}`} data-testid="feed-row" data-id={id}>
      <CategoryIcon category={order.category} />
      <span class="row-main">
        <span class="line">
          <span class="svc-title">{categoryName(order.category)}</span>
          <span class="row-note">{order.city}</span>
          <span class="end svc-left"><Countdown until={order.expires_at} label={s("left")} onEnd={() => feed.end(id)} /></span>
        </span>
        <span class="clamp">{order.description}</span>
        <span class="line row-note">
          <Slots taken={order.taken_by.length} />
          <span class="end">{going ? t("gone") : hasTaken(order, me) ? <span class="good">{t("taken")}</span> : <span class="amount svc-price">{money(order.price)}</span>}</span>
        </span>
      </span>
    </Link>
  );
});
