// One order for the staff: what it is, what has happened, what can be done about it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { useAction, useDeed } from "@/admin/kit/Act";
import { Moment } from "@/admin/kit/parts";
import { useStaff } from "@/admin/kit/staff";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { times } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Badge, Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Loaded, Skeleton } from "@/kit/State";
import { isOpen } from "../data";
import { texts as orderTexts } from "../order.texts";
import { numberOf, toneOf, wordOf } from "../orderText";
import { Timeline } from "../Timeline";
import { loadOrder, refreshShop, type Order } from "./data";
import { Customer } from "./OrderList";
import { texts } from "./orders.texts";
import { RefundSheet, leftOf } from "./RefundSheet";

export function OrderAdmin({ id }: { id: string }) {
  const t = useTexts(texts);
  const query = useQuery({ queryKey: ["admin", "shop", "order", id], queryFn: ({ signal }) => loadOrder(id, signal) });
  return (
    <Screen title={t("order", { number: numberOf(id) })} back="/admin/shop/orders" onRefresh={refreshShop}>
      <Loaded query={query} skeleton={<Skeleton rows={6} />}>
        {(order) => (
          <div class="columns">
            <div class="form"><Facts order={order} /><Deeds order={order} /></div>
            <div class="form"><Goods order={order} /><Timeline order={order} /></div>
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function Facts({ order }: { order: Order }) {
  const t = useTexts(texts);
  const o = useTexts(orderTexts);
  const f = useFormat();
  return (
    <div class="card">
      <p><Badge tone={toneOf(order.status)}>{o(`status_${wordOf(order)}`)}</Badge></p>
      <dl class="facts">
        <dt>{t("customer")}</dt><dd><Customer order={order} /></dd>
        <dt>{t("made")}</dt><dd><Moment at={order.created_at} /></dd>
        {order.paid_at ? <><dt>{t("paid")}</dt><dd><Moment at={order.paid_at} /></dd></> : null}
        {order.pay_with ? <><dt>{o("paid_with")}</dt><dd>{o(`way_${order.pay_with}`)}</dd></> : null}
        <dt>{o("total")}</dt><dd class="amount"><strong>{f.money(order.total, order.currency)}</strong></dd>
        {/[1-9]/.test(String(order.refunded)) ? <><dt>{t("refunded")}</dt><dd class="amount" data-testid="refunded">{f.money(order.refunded, order.currency)}</dd></> : null}
        {order.address ? <><dt>{o("address")}</dt><dd class="pre">{order.address}</dd></> : null}
      </dl>
    </div>
  );
}

function Goods({ order }: { order: Order }) {
  const o = useTexts(orderTexts);
  const f = useFormat();
  return (
    <Section title={o("goods")}>
      <Rows>
        {order.items.map((item) => (
          <Row key={item.id} to={`/admin/shop/products/${item.product_id}`} title={item.name} note={`${item.quantity} × ${f.money(item.price_snapshot, order.currency)}`}
            side={<span class="amount">{f.money(times(item.price_snapshot, item.quantity), order.currency)}</span>} />
        ))}
        {/[1-9]/.test(String(order.discount)) ? <Row title={o("discount", { code: order.coupon ?? "" })} side={<span class="amount good">{f.money(`-${order.discount}`, order.currency)}</span>} /> : null}
      </Rows>
    </Section>
  );
}

function Deeds({ order }: { order: Order }) {
  const t = useTexts(texts);
  const { why } = useStaff();
  const [deed, dialog] = useDeed();
  const [ask, confirm] = useConfirm();
  const action = useAction();
  const [refunding, setRefunding] = useState(false);
  const path = { id: order.id };
  const whyNot = why("moderator");
  const whyNoMoney = why("finance");
  const told = async (done: Promise<unknown>) => {
    await done.finally(() => refreshShop());
  };
  const fulfil = () => deed({
    title: t("fulfil_title"), about: <p>{t("fulfil_about")}</p>, yes: t("fulfil"), label: t("note"), optional: true, done: t("fulfil_done"),
    send: (note) => told(api.post("/admin/orders/{id}/fulfil", { params: { path }, body: { note } })),
  });
  const deliver = () => deed({
    title: t("deliver_title"), about: <p>{t("deliver_about")}</p>, yes: t("deliver"), label: t("note"), optional: true, done: t("deliver_done"),
    send: (note) => told(api.post("/admin/orders/{id}/deliver", { params: { path }, body: { note } })),
  });
  const cancel = async () => {
    if (await ask({ title: t("cancel_ask"), text: t("cancel_text"), yes: t("cancel"), danger: true })) action.run(() => told(api.post("/orders/{id}/cancel", { params: { path } })), t("canceled"));
  };
  const canRefund = (order.status === "paid" || order.status === "fulfilled") && leftOf(order) > 0n;
  return (
    <>
      <div class="buttons">
        {order.status === "paid" ? <Button disabled={whyNot !== undefined} onClick={fulfil} testId="fulfil">{t("fulfil")}</Button> : null}
        {order.status === "fulfilled" ? <Button disabled={whyNot !== undefined} onClick={deliver} testId="deliver">{t("deliver")}</Button> : null}
        {canRefund ? <Button look="danger" disabled={whyNoMoney !== undefined} onClick={() => setRefunding(true)} testId="refund">{t("refund")}</Button> : null}
        {isOpen(order.status) ? <Button look="danger" disabled={whyNot !== undefined} busy={action.busy} onClick={() => void cancel()} testId="cancel">{t("cancel")}</Button> : null}
      </div>
      {whyNot ? <p class="note">{whyNot}</p> : null}
      {canRefund && whyNoMoney ? <p class="note">{t("refund")}: {whyNoMoney}</p> : null}
      {refunding ? <RefundSheet order={order} onClose={() => setRefunding(false)} /> : null}
      {dialog}{confirm}
    </>
  );
}
