// How an order that is not paid yet gets paid: the choice, then the waiting. That Telegram says
// "paid" is not believed; the order itself tells.

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "preact/hooks";
import { newKey } from "@/api/client";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Section } from "@/kit/Row";
import { toast, toastError } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { isHosted, openInvoice, openLink } from "@/telegram/host";
import { orderKey, pay, type Order, type PayWith, type Payment } from "./data";
import { texts } from "./order.texts";
import { PayWays, useWays } from "./PayWays";
import { usePaused } from "./Paused";

/** Invoices that have opened by themselves, since the app was opened. */
const opened = new Set<string>();

type Checkout = Pick<Payment, "pay_url" | "mini_app_invoice_url">;

export function PayBox({ order }: { order: Order }) {
  const [choosing, setChoosing] = useState(false);
  const begun = order.pay_with && order.pay_with !== "balance" ? order.pay_with : undefined;
  if (begun === undefined || choosing) return <Choose order={order} onBegun={() => setChoosing(false)} />;
  return <Waiting order={order} way={begun} onOther={() => setChoosing(true)} />;
}

function Choose({ order, onBegun }: { order: Order; onBegun: () => void }) {
  const t = useTexts(texts);
  const f = useFormat();
  const total = String(order.total);
  const ways = useWays(total);
  const [chosen, setChosen] = useState<PayWith>();
  const way = chosen ?? ways.best;
  // One intent for each way, however often it is tried.
  const keys = useRef(new Map<PayWith, string>());
  const paying = useMutation({
    mutationFn: (by: PayWith) => {
      if (!keys.current.has(by)) keys.current.set(by, newKey());
      return pay(order.id, by, keys.current.get(by) ?? newKey());
    },
    onSuccess: onBegun,
    onError: (error) => {
      toastError(error);
      keys.current.delete(way);
      void queries.invalidateQueries({ queryKey: orderKey(order.id) });
    },
  });
  const money = f.money(total, order.currency);
  return (
    <Section title={t("pay_title")}>
      <PayWays total={total} value={way} onChange={setChosen} />
      <MainAction text={t("pay_by", { total: money })} busy={paying.isPending} disabled={!ways.isReady || usePaused() !== undefined || (way === "balance" && !ways.enough)} onPress={() => paying.mutate(way)} />
    </Section>
  );
}

/** Where it can be paid, once the provider has said so: asked when the order says that it has. */
function useCheckout(order: Order, way: PayWith): Checkout | undefined {
  const [checkout, setCheckout] = useState<Checkout>();
  const reached = order.status === "payment_pending";
  const needed = way !== "test";
  useEffect(() => {
    if (!reached || !needed) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (left: number) => {
      const found = await pay(order.id, way, newKey()).catch(() => undefined);
      if (gone) return;
      if (found?.mini_app_invoice_url || found?.pay_url) setCheckout(found);
      else if (left > 0) timer = setTimeout(() => void ask(left - 1), 2_000);
    };
    void ask(5);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [order.id, way, reached]);
  return needed ? checkout : undefined;
}

function Waiting({ order, way, onOther }: { order: Order; way: PayWith; onOther: () => void }) {
  const t = useTexts(texts);
  const checkout = useCheckout(order, way);
  const invoice = checkout?.mini_app_invoice_url;
  const open = async () => {
    if (invoice && isHosted) {
      const left = await openInvoice(invoice);
      if (left === "failed") toast(t("invoice_failed"), true);
      if (left === "cancelled") toast(t("invoice_closed"));
      void queries.invalidateQueries({ queryKey: orderKey(order.id) });
    } else {
      openLink(checkout?.pay_url ?? invoice ?? "");
    }
  };
  // Inside Telegram the invoice opens by itself, once.
  useEffect(() => {
    if (!invoice || !isHosted || opened.has(invoice)) return;
    opened.add(invoice);
    void open();
  }, [invoice]);
  return (
    <Section>
      <div class="card waiting" role="status" data-testid="waiting">
        <p class="line"><span class="spinner" aria-hidden="true" /><strong>{t("waiting")}</strong></p>
        <p>{t(`waiting_${way}`)}</p>
        {way === "test" ? null : <Button wide disabled={checkout === undefined} busy={checkout === undefined} onClick={() => void open()} testId="open-invoice">{checkout === undefined ? t("preparing") : t("open_invoice")}</Button>}
        <Button wide look="quiet" onClick={onOther} testId="other-way">{t("other_way")}</Button>
      </div>
    </Section>
  );
}
