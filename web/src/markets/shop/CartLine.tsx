import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "preact/hooks";
import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { times } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Stepper } from "@/kit/Field";
import { Icon } from "@/kit/Icon";
import { tick } from "@/telegram/host";
import { texts } from "./cart.texts";
import { QUANTITY_MAX, productOptions, useQuantity, type CartLine as Line } from "./data";
import { Picture } from "./Picture";

/** How long the finger may rest between two presses. */
const SETTLE_MS = 350;

/** The number on the stepper at once, the number in the cart a moment later, once per burst. */
function useBurst(line: Line) {
  const change = useQuantity();
  const [shown, setShown] = useState(line.quantity);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    if (timer.current === undefined) setShown(line.quantity);
  }, [line.quantity, change.isError]);
  const send = (quantity: number, after: number) => {
    clearTimeout(timer.current);
    setShown(quantity);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      change.mutate({ id: line.product_id, quantity }, { onError: () => setShown(line.quantity) });
    }, after);
  };
  return { shown, busy: change.isPending, step: (quantity: number) => send(quantity, SETTLE_MS), set: (quantity: number) => send(quantity, 0) };
}

export function CartLine({ line, currency }: { line: Line; currency: string }) {
  const t = useTexts(texts);
  const f = useFormat();
  const product = useQuery({ ...productOptions(line.product_id), staleTime: 60_000 }).data;
  const { shown, busy, step, set } = useBurst(line);
  const short = line.is_active && line.available < line.quantity;
  const gone = !line.is_active || line.available <= 0;
  return (
    <div class="cart-line" data-testid="cart-line">
      <Link href={`/shop/products/${line.product_id}`} class="cart-picture" tabIndex={-1} aria-hidden="true">
        <Picture name={line.name} group={product?.category} src={product?.images[0]} />
      </Link>
      <div class="cart-main">
        <div class="cart-top">
          <Link href={`/shop/products/${line.product_id}`} class="cart-name clamp">{line.name}</Link>
          <button type="button" class="icon-button small" aria-label={t("remove", { name: line.name })} disabled={busy} onClick={() => { tick(); set(0); }} data-testid="cart-remove"><Icon name="close" /></button>
        </div>
        <p class="row-note">
          {t("each", { price: f.money(line.price, currency) })}
          {line.price_changed ? <> <span class="warn">{t("was", { price: f.money(line.price_seen, currency) })}</span></> : null}
        </p>
        {!line.is_active ? <p class="bad">{t("not_sold")}</p> : short ? <p class="bad">{line.available > 0 ? t("short", { n: line.available }) : t("none_left")}</p> : null}
        <div class="cart-foot">
          {gone ? <Button small look="quiet" onClick={() => set(0)}>{t("take_out")}</Button>
            : short ? <Button small look="quiet" busy={busy} onClick={() => set(line.available)}>{t("take_left", { n: line.available })}</Button>
              : <Stepper label={t("quantity", { name: line.name })} value={shown} min={1} max={Math.min(line.available, QUANTITY_MAX)} onChange={(next) => { tick(); step(next); }} />}
          <strong class="amount">{f.money(times(line.price, shown), currency)}</strong>
        </div>
      </div>
    </div>
  );
}
