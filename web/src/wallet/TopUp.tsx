// More money on the balance: how much, an invoice, and waiting for it. What Telegram says of the
// invoice is not believed; the server tells when the money is here.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, newKey } from "@/api/client";
import { useBootstrap } from "@/app/bootstrap";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Choices, Input, Segments } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast, toastError } from "@/kit/toast";
import { isHosted, openInvoice, openLink } from "@/telegram/host";
import { WALLET, type Invoice } from "./data";
import { texts } from "./texts";

const AMOUNTS = ["100", "300", "500", "1000"] as const;

type Way = "stars" | "test";

export function TopUp({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts);
  const [invoice, setInvoice] = useState<{ invoice: Invoice; amount: number; way: Way | undefined }>();
  return (
    <Sheet title={t("top_up")} onClose={onClose}>
      {invoice ? <Waiting {...invoice} onDone={onClose} onOther={() => setInvoice(undefined)} /> : <HowMuch onInvoice={setInvoice} onClose={onClose} />}
    </Sheet>
  );
}

/** A whole number of roubles that may be asked for. */
export function roubles(text: string): number | undefined {
  const trimmed = text.replace(/[\s\u00a0]/g, "");
  const value = /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : 0;
  return value >= 1 && value <= 100_000 ? value : undefined;
}

function HowMuch({ onInvoice, onClose }: { onInvoice: (made: { invoice: Invoice; amount: number; way: Way | undefined }) => void; onClose: () => void }) {
  const t = useTexts(texts);
  const f = useFormat();
  const features = useBootstrap().data?.features;
  const ways = ([features?.stars && "stars", features?.test_provider && "test"] as const).filter((way): way is Way => Boolean(way));
  const [typed, setTyped] = useState("300");
  const [way, setWay] = useState<Way>();
  const by = way ?? ways[0];
  const amount = roubles(typed);
  const making = useMutation({
    mutationFn: (roubles: number) => api.post("/api/balance/create-invoice", { body: { amount: roubles, ...(by === undefined ? {} : { provider: by }) } }),
    onSuccess: (invoice, asked) => onInvoice({ invoice, amount: asked, way: by }),
    onError: toastError,
  });
  const key = useRef({ amount: 0, key: "" });
  const giving = useMutation({
    mutationFn: (roubles: number) => {
      if (key.current.amount !== roubles) key.current = { amount: roubles, key: newKey() };
      return api.post("/api/balance/recharge", { params: { header: { "Idempotency-Key": key.current.key } }, body: { amount: roubles, method: "demo" } });
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: WALLET });
      toast(t("gifted"));
      onClose();
    },
    onError: toastError,
  });
  return (
    <>
      <Choices label={t("amount")} value={AMOUNTS.find((one) => one === typed) ?? null} options={AMOUNTS.map((value) => ({ value, text: f.money(value) }))} onChange={setTyped} />
      <Input label={t("own")} inputMode="numeric" name="amount" value={typed} onChange={setTyped} note={t("own_note")} max={7} problem={typed !== "" && amount === undefined ? t("bad_amount") : undefined} />
      {ways.length > 1 && by ? <Segments label={t("by")} value={by} onChange={setWay} options={ways.map((value) => ({ value, text: t(`by_${value}`) }))} /> : null}
      <Button wide busy={making.isPending} disabled={amount === undefined} onClick={() => amount !== undefined && making.mutate(amount)} testId="pay">{amount === undefined ? t("top_up") : t("pay", { sum: f.money(amount) })}</Button>
      {features?.dev_recharge ? <Button wide look="quiet" busy={giving.isPending} disabled={amount === undefined} onClick={() => amount !== undefined && giving.mutate(amount)} testId="dev-recharge">{t("gift", { sum: f.money(amount ?? 0) })}</Button> : null}
    </>
  );
}

/** The test provider's page is a request to this server. */
async function payTest(url: string): Promise<void> {
  const { pathname } = new URL(url, location.href);
  if (!pathname.startsWith("/_fake_payments/")) return openLink(url);
  const response = await fetch(pathname, { method: "POST" });
  if (!response.ok) throw new Error(`the test provider answers ${response.status}`);
}

function Waiting({ invoice, amount, way, onDone, onOther }: { invoice: Invoice; amount: number; way: Way | undefined; onDone: () => void; onOther: () => void }) {
  const t = useTexts(texts);
  const f = useFormat();
  const status = useQuery({
    queryKey: [...WALLET, "invoice", invoice.payment_id],
    queryFn: ({ signal }) => api.get("/api/balance/payment/{id}/status", { params: { path: { id: invoice.payment_id } }, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status === "pending" ? 2_000 : false),
  });
  const state = status.data?.status ?? "pending";
  const open = async () => {
    try {
      if (way === "test") await payTest(invoice.pay_url);
      else if (isHosted && invoice.mini_app_invoice_url) {
        const left = await openInvoice(invoice.mini_app_invoice_url);
        if (left === "failed") toast(t("invoice_failed"), true);
        if (left === "cancelled") toast(t("invoice_closed"));
      } else openLink(invoice.pay_url);
      await status.refetch();
    } catch (error) {
      toastError(error);
    }
  };
  // Inside Telegram, and at the test provider, it needs no second press.
  useEffect(() => {
    if (isHosted || way === "test") void open();
  }, []);
  useEffect(() => {
    if (state !== "paid") return;
    void queries.invalidateQueries({ queryKey: [...WALLET, "all"] });
    void queries.invalidateQueries({ queryKey: [...WALLET, "lines", "RUB"] });
    toast(t("paid", { sum: f.money(amount) }));
    onDone();
  }, [state]);
  return (
    <>
      <div class="card waiting" role="status" data-testid="waiting">
        <p class="line">{state === "expired" ? null : <span class="spinner" aria-hidden="true" />}<strong>{state === "expired" ? t("expired") : t("waiting", { sum: f.money(amount) })}</strong></p>
        {state === "expired" ? null : <p>{t("waiting_text")}</p>}
      </div>
      {state === "expired" ? null : <Button wide onClick={() => void open()} testId="open-invoice">{t("open_invoice")}</Button>}
      <Button wide look="quiet" onClick={onOther}>{t("another")}</Button>
    </>
  );
}
