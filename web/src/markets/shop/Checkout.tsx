// From the cart to an order: where to, with which discount, how it is paid.

import { useState } from "preact/hooks";
import { Redirect, useLocation } from "wouter";
import * as z from "zod/mini";
import { api } from "@/api/client";
import { ApiError, describe, isCode } from "@/api/errors";
import { useForm } from "@/app/form";
import { queries } from "@/app/queries";
import { text, useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Input, TextArea } from "@/kit/Field";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded, Skeleton } from "@/kit/State";
import { toast } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { texts } from "./cart.texts";
import { CART, keepOrder, useCart, type Cart, type PayWith } from "./data";
import { lastAddress, rememberAddress } from "./address";
import { Paused, usePaused } from "./Paused";
import { PayWays, useWays } from "./PayWays";
import { ShortSheet } from "./ShortSheet";

const schema = z.object({
  address: z.string().check(z.maxLength(500)),
  user_email: z.union([z.literal(""), z.email({ error: () => text(texts, "email_bad") })]),
  coupon: z.string().check(z.maxLength(64)),
});

export default function Checkout() {
  const t = useTexts(texts);
  const cart = useCart();
  return (
    <Screen title={t("checkout")} back="/shop/cart" onRefresh={() => cart.refetch()}>
      <Paused />
      <Loaded query={cart} skeleton={<Skeleton rows={5} />}>
        {(data) => (data.items.length === 0 ? <Redirect to="/shop/cart" replace /> : <Form cart={data} />)}
      </Loaded>
    </Screen>
  );
}

function Form({ cart }: { cart: Cart }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [, go] = useLocation();
  const total = String(cart.items_total);
  const ways = useWays(total);
  const [chosen, setChosen] = useState<PayWith>();
  const way = chosen ?? ways.best;
  const [refused, setRefused] = useState<ApiError>();
  const paused = usePaused() !== undefined;

  const form = useForm({
    draft: "shop.checkout",
    initial: { address: lastAddress(), user_email: "", coupon: "" },
    schema,
    send: ({ address, user_email, coupon }, key) => api.post("/cart/checkout", {
      params: { header: { "Idempotency-Key": `${key}.${way}` } },
      body: { pay_with: way, ...given({ address, user_email, coupon }) },
    }),
    onDone: (order, { address }) => {
      rememberAddress(address.trim());
      keepOrder(order);
      void queries.invalidateQueries({ queryKey: CART });
      void queries.invalidateQueries({ queryKey: ["wallet"] });
      toast(t("done"));
      go(`/shop/orders/${order.id}`, { replace: true });
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return false;
      void queries.invalidateQueries({ queryKey: CART });
      if (error.code.startsWith("coupon_")) setRefused(error);
      if (isCode(error, "insufficient_stock")) {
        setRefused(error);
        return true;
      }
      if (isCode(error, "prices_changed") || isCode(error, "product_unavailable")) go("/shop/cart");
      return false;
    },
  });
  const couponProblem = refused?.code.startsWith("coupon_") ? refused : undefined;
  const short = refused !== undefined && isCode(refused, "insufficient_stock") ? refused : undefined;
  const count = cart.items.reduce((sum, line) => sum + line.quantity, 0);
  const hasCoupon = form.values.coupon.trim() !== "";
  const money = f.money(total, cart.currency);
  const action = hasCoupon ? t("order") : way === "balance" ? t("order_pay", { total: money }) : t("order_for", { total: money });
  return (
    <form onSubmit={(event) => { event.preventDefault(); form.submit(); }} class="stack" noValidate>
      <Rows>
        <Row title={t("goods", { n: count })} note={cart.items.map((line) => `${line.name} × ${line.quantity}`).join(", ")} side={<strong class="amount">{money}</strong>} to="/shop/cart" />
      </Rows>
      <Section title={t("delivery")}>
        <div class="card"><TextArea label={t("address")} placeholder={t("address_example")} note={t("address_note")} max={500} {...form.field("address")} /></div>
      </Section>
      <Section title={t("payment")}>
        <PayWays total={total} value={way} onChange={setChosen} />
        {way === "balance" && !ways.enough && ways.isReady ? <Rows><Row title={t("top_up")} to="/wallet?topup=1" testId="to-top-up" /></Rows> : null}
      </Section>
      <Section title={t("extra")}>
        <div class="card">
          <Input label={t("coupon")} note={t("coupon_note")} max={64} {...form.field("coupon")} problem={couponProblem ? describe(couponProblem) : undefined}
            onChange={(value) => { setRefused(undefined); form.set("coupon", value); }} />
          <Input label={t("email")} type="email" inputMode="email" autoComplete="email" note={t("email_note")} max={254} {...form.field("user_email")} />
        </div>
      </Section>
      <MainAction text={action} busy={form.busy} disabled={!ways.isReady || paused || (way === "balance" && !ways.enough && !hasCoupon)} onPress={form.submit} />
      {short ? <ShortSheet error={short} cart={cart} onClose={() => setRefused(undefined)} /> : null}
    </form>
  );
}

/** What has been filled in. */
function given(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));
}
