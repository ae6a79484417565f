// The ways to pay that the server offers, one of which is chosen.

import { useId } from "preact/hooks";
import { useBootstrap, type Bootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { compare, plus } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { inCurrency, useWallet } from "@/wallet/data";
import { texts as cartTexts } from "./cart.texts";
import type { PayWith } from "./data";
import { texts } from "./order.texts";

/** `features.ton` is the wallet's: orders are not paid in coins. */
export function waysOf(features: Bootstrap["features"]): PayWith[] {
  return ["balance", ...(features.stars ? ["stars" as const] : []), ...(features.test_provider ? ["test" as const] : [])];
}

/** The ways, the balance with what is on it, and which is the obvious one. */
export function useWays(total: string) {
  const app = useBootstrap().data;
  const wallet = useWallet().data;
  const ways = app === undefined ? [] : waysOf(app.features);
  const balance = wallet === undefined ? undefined : inCurrency(wallet, "RUB").available;
  const enough = balance !== undefined && compare(balance, total) >= 0;
  const best: PayWith = enough ? "balance" : (ways.find((way) => way !== "balance") ?? "balance");
  return { ways, balance, enough, best, isReady: app !== undefined && wallet !== undefined };
}

interface Props {
  total: string;
  value: PayWith;
  onChange: (way: PayWith) => void;
}

export function PayWays({ total, value, onChange }: Props) {
  const t = useTexts(texts);
  const c = useTexts(cartTexts);
  const f = useFormat();
  const id = useId();
  const { ways, balance, enough } = useWays(total);
  const note = (way: PayWith) => {
    if (way === "stars") return t("way_stars_note");
    if (way === "test") return t("way_test_note");
    if (balance === undefined) return "\u00a0";
    return enough ? c("on_balance", { sum: f.money(balance) }) : c("not_enough", { sum: f.money(balance), short: f.money(plus(total, `-${balance}`)) });
  };
  return (
    <div class="rows" role="radiogroup" aria-label={t("pay_title")}>
      {ways.map((way) => (
        <label class="row choice" key={way}>
          <input type="radio" name={id} value={way} checked={way === value} onChange={() => onChange(way)} data-testid={`pay-${way}`} />
          <span class="row-main">
            <span class="row-title">{t(`way_${way}`)}</span>
            <span class={way === "balance" && balance !== undefined && !enough ? "row-note bad" : "row-note"}>{note(way)}</span>
          </span>
        </label>
      ))}
    </div>
  );
}
