import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Countdown } from "@/kit/Countdown";
import { Badge, Row } from "@/kit/Row";
import { isOpen, type Order } from "./data";
import { texts } from "./order.texts";
import { numberOf, toneOf, wordOf } from "./orderText";

export function OrderRow({ order }: { order: Order }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [first, ...rest] = order.items;
  const goods = [first?.name, rest.length > 0 ? t("more_goods", { n: rest.length }) : ""].filter(Boolean).join(" ");
  return (
    <Row to={`/shop/orders/${order.id}`} testId="order"
      title={<span class="clamp">{goods}</span>}
      note={<span class="line"><Badge tone={toneOf(order.status)}>{t(`status_${wordOf(order)}`)}</Badge>{isOpen(order.status) ? <Countdown until={order.expires_at} label={t("left")} /> : <span>{f.moment(order.created_at)}</span>}</span>}
      side={<><strong class="amount">{f.money(order.total, order.currency)}</strong><span class="row-note">{numberOf(order.id)}</span></>} />
  );
}
