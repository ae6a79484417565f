// One order: where it is, how it is paid, what is in it, what has happened.

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter";
import { useTexts } from "@/i18n";
import { times } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Countdown } from "@/kit/Countdown";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Loaded, Skeleton } from "@/kit/State";
import { toast, toastError } from "@/kit/toast";
import { isOpen, useCancel, useOrder, type Order as Shown } from "./data";
import { Keys } from "./Keys";
import { texts } from "./order.texts";
import { numberOf, wordOf } from "./orderText";
import { PayBox } from "./PayBox";
import { repeat } from "./repeat";
import { Timeline } from "./Timeline";

export default function Order({ id }: { id: string }) {
  const t = useTexts(texts);
  const query = useOrder(id);
  return (
    <Screen title={t("order", { number: numberOf(id) })} back="/shop/orders" onRefresh={() => query.refetch()}>
      <Loaded query={query} skeleton={<Skeleton rows={6} />}>
        {(order) => <Shown order={order} refresh={() => void query.refetch()} />}
      </Loaded>
    </Screen>
  );
}

/** Says once that the money has come, when it comes while somebody is looking. */
function useThanks(order: Shown): void {
  const t = useTexts(texts);
  const was = useRef(order.status);
  useEffect(() => {
    if (isOpen(was.current) && order.paid_at && !isOpen(order.status)) toast(t("paid_now"));
    was.current = order.status;
  }, [order.status]);
}

function Shown({ order, refresh }: { order: Shown; refresh: () => void }) {
  useThanks(order);
  const open = isOpen(order.status);
  return (
    <>
      <Head order={order} refresh={refresh} />
      {open ? <PayBox order={order} /> : <Keys order={order} />}
      <Goods order={order} />
      <Timeline order={order} />
      {open ? <Cancel order={order} /> : <Again order={order} />}
    </>
  );
}

function Head({ order, refresh }: { order: Shown; refresh: () => void }) {
  const t = useTexts(texts);
  const word = wordOf(order);
  return (
    <div class={`card status-card status-${order.status}`} role="status" data-testid="status" data-status={order.status}>
      <p class="line"><strong class="status-word">{t(`status_${word}`)}</strong>{isOpen(order.status) ? <span class="end big-countdown"><Countdown until={order.expires_at} onEnd={refresh} label={t("left")} /></span> : null}</p>
      <p>{t(`about_${word}`)}</p>
    </div>
  );
}

function Goods({ order }: { order: Shown }) {
  const t = useTexts(texts);
  const f = useFormat();
  const money = (amount: string | number) => <span class="amount">{f.money(amount, order.currency)}</span>;
  const isMoney = (amount: string | number) => /[1-9]/.test(String(amount));
  return (
    <Section title={t("goods")}>
      <Rows>
        {order.items.map((item) => (
          <Row key={item.id} to={`/shop/products/${item.product_id}`} title={item.name} note={`${item.quantity} × ${f.money(item.price_snapshot, order.currency)}`} side={money(times(item.price_snapshot, item.quantity))} />
        ))}
        {isMoney(order.discount) ? <Row title={t("discount", { code: order.coupon ?? "" })} side={<span class="good">{money(`-${order.discount}`)}</span>} /> : null}
        <Row title={<strong>{t("total")}</strong>} side={<strong>{money(order.total)}</strong>} testId="order-total" />
        {isMoney(order.refunded) ? <Row title={t("refunded")} side={<span class="good">{money(order.refunded)}</span>} testId="refunded" /> : null}
      </Rows>
      <Rows>
        {order.pay_with ? <Row title={t("paid_with")} side={t(`way_${order.pay_with}`)} /> : null}
        {order.address ? <Row title={t("address")} note={<span class="pre">{order.address}</span>} /> : null}
        {order.user_email ? <Row title={t("email")} side={order.user_email} /> : null}
      </Rows>
    </Section>
  );
}

function Cancel({ order }: { order: Shown }) {
  const t = useTexts(texts);
  const [ask, dialog] = useConfirm();
  const cancel = useCancel(() => toast(t("canceled_now")));
  const press = async () => {
    if (await ask({ title: t("cancel_ask"), text: t("cancel_text"), yes: t("cancel"), danger: true })) cancel.mutate(order.id);
  };
  return (
    <>
      <Button look="danger" wide busy={cancel.isPending} onClick={() => void press()} testId="cancel">{t("cancel")}</Button>
      {dialog}
    </>
  );
}

function Again({ order }: { order: Shown }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const again = useMutation({
    mutationFn: () => repeat(order),
    onSuccess: ({ put, missed }) => {
      if (put === 0) return toast(t("again_none"), true);
      toast(t(missed === 0 ? "again_done" : "again_some"));
      go("/shop/cart");
    },
    onError: toastError,
  });
  return <Button look="quiet" wide busy={again.isPending} onClick={() => again.mutate()} testId="again">{t("again")}</Button>;
}
