// The last look before paying for a contact: price, balance, what happens without an answer.

import { Link } from "wouter";
import { isCode } from "@/api/errors";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Countdown } from "@/kit/Countdown";
import { Sheet } from "@/kit/Sheet";
import { toast, toastError } from "@/kit/toast";
import { useBalance, useTake } from "../api";
import type { Order } from "../model";
import { Slots } from "../Slots";
import { texts } from "./texts";

export function TakeSheet({ order, me, onClose }: { order: Order; me: number; onClose: () => void }) {
  const t = useTexts(texts);
  const { money } = useFormat();
  const balance = useBalance(true);
  const take = useTake(order, me, () => {
    toast(t("taken"));
    onClose();
  }, (error) => {
    if (!isCode(error, "insufficient_balance")) onClose();
    toastError(error);
  });
  const have = balance.data?.balance;
  const short = have !== undefined && have < order.price;
  return (
    <Sheet title={t("take_title")} onClose={onClose}>
      <div class="card">
        <div class="line"><span class="note">{t("price")}</span><strong class="end amount">{money(order.price)}</strong></div>
        <div class="line"><span class="note">{t("balance")}</span><span class="end amount" data-testid="take-balance">{have === undefined ? "…" : money(have)}</span></div>
        {short ? null : <div class="line"><span class="note">{t("balance_after")}</span><span class="end amount">{have === undefined ? "…" : money(have - order.price)}</span></div>}
        <div class="line"><Slots taken={order.taken_by.length} /><span class="end note">{t("until_end")} <Countdown until={order.expires_at} /></span></div>
      </div>
      {short ? <p class="warn" role="alert">{t("not_enough")}</p> : <p class="note">{t("take_rule")}</p>}
      {short ? <Link href="/wallet" class="button wide" data-testid="top-up">{t("top_up")}</Link>
        : <Button wide busy={take.isPending} onClick={() => take.mutate()} testId="take-yes">{t("take", { price: money(order.price) })}</Button>}
    </Sheet>
  );
}
