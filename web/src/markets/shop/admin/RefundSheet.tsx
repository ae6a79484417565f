// Money of an order goes back: how much, whether the goods come back, and why.

import { useState } from "preact/hooks";
import * as z from "zod/mini";
import { reasonSchema } from "@/admin/kit/Act";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { fromMinor, toMinor } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Input, Switch, TextArea } from "@/kit/Field";
import { Sheet, useConfirm } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { texts as orderTexts } from "../order.texts";
import { numberOf } from "../orderText";
import { refreshShop, type Order } from "./data";
import { texts } from "./orders.texts";

/** Kopecks that can still be given back. */
export const leftOf = (order: Pick<Order, "total" | "refunded">): bigint => (toMinor(String(order.total), 2) ?? 0n) - (toMinor(String(order.refunded), 2) ?? 0n);

export function RefundSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useTexts(texts);
  const o = useTexts(orderTexts);
  const f = useFormat();
  const [ask, dialog] = useConfirm();
  const [restock, setRestock] = useState(order.status === "paid");
  const left = leftOf(order);
  const money = (minor: bigint) => f.money(fromMinor(minor, 2), order.currency);
  const wholeOnly = order.pay_with === "stars";
  const valid = (typed: string) => {
    const minor = toMinor(typed.trim(), 2);
    return minor !== undefined && minor > 0n && minor <= left;
  };
  const form = useForm({
    initial: { amount: fromMinor(left, 2), reason: "" },
    schema: z.object({ amount: z.string().check(z.refine(valid, { error: () => t("refund_bad", { left: money(left) }) })), reason: reasonSchema() }),
    send: async ({ amount, reason }, key) => {
      const minor = toMinor(amount.trim(), 2) ?? 0n;
      const sum = money(minor);
      if (!(await ask({ title: t("refund_ask", { sum }), text: t("refund_ask_text", { way: o(`way_${order.pay_with ?? "balance"}`) }), yes: t("refund_go", { sum }), danger: true }))) return false;
      const isAll = minor === left;
      // The restocking belongs to the intent as the amount does.
      await api.post("/admin/orders/{id}/refund", {
        params: { path: { id: order.id }, header: { "Idempotency-Key": `${key}.${restock ? "in" : "out"}` } },
        body: { reason: reason.trim(), amount: fromMinor(minor, 2), ...(isAll ? { restock } : {}) },
      });
      return true;
    },
    onDone: (done) => {
      if (!done) return;
      toast(t("refund_done"));
      void refreshShop();
      onClose();
    },
  });
  const amount = valid(form.values.amount) ? toMinor(form.values.amount.trim(), 2) : undefined;
  return (
    <Sheet title={t("refund_title", { number: numberOf(order.id) })} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <Input label={t("refund_amount")} inputMode="decimal" max={16} disabled={wholeOnly} note={wholeOnly ? t("refund_whole") : t("refund_note", { left: money(left) })} {...form.field("amount")} />
        <TextArea label={t("refund_why")} note={t("refund_why_note")} max={500} {...form.field("reason")} />
        {amount === left ? <div class="rows"><Switch label={t("refund_restock")} note={t("refund_restock_note")} on={restock} onChange={setRestock} /></div> : null}
        <Button wide type="submit" look="danger" busy={form.busy} testId="refund-go">{amount === undefined ? t("refund") : t("refund_go", { sum: money(amount) })}</Button>
      </form>
      {dialog}
    </Sheet>
  );
}
