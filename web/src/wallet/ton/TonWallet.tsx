// The TON wallet: what is there, how it comes in and goes out.

import { useEffect, useState } from "preact/hooks";
import { useLocation, useSearchParams } from "wouter";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Segments } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { WALLET, inCurrency, useWallet, type Wallet } from "../data";
import { Statement } from "../Statement";
import { DepositSheet } from "./DepositSheet";
import { Deposits } from "./Deposits";
import { texts } from "./texts";
import { Withdrawals } from "./Withdrawals";

const VIEWS = ["lines", "withdrawals", "deposits"] as const;
type View = (typeof VIEWS)[number];

export default function TonWallet() {
  const t = useTexts(texts);
  const wallet = useWallet(true);
  return (
    <Screen title={t("title")} back="/wallet" onRefresh={() => queries.invalidateQueries({ queryKey: WALLET })}>
      <Loaded query={wallet} skeleton={<Skeleton rows={4} />}>
        {(data) => (data.deposit ? <Shown wallet={data} /> : <Empty title={t("not_here")} />)}
      </Loaded>
    </Screen>
  );
}

function Shown({ wallet }: { wallet: Wallet }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [, go] = useLocation();
  const [params, setParams] = useSearchParams();
  const [putting, setPutting] = useState(false);
  const view: View = VIEWS.find((one) => one === params.get("view")) ?? "lines";
  const { available, held } = inCurrency(wallet, "TON");
  // What has changed the balance is a line of the statement.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: [...WALLET, "lines", "TON"] });
    void queries.invalidateQueries({ queryKey: [...WALLET, "deposits"] });
  }, [available, held]);
  return (
    <>
      {wallet.withdrawals_halted ? <p class="banner" role="status">{t("halted")}</p> : null}
      <div class="card balance">
        <p class="note">{t("can_spend")}</p>
        <p class="big amount" data-testid="ton-balance">{f.money(available, "TON")}</p>
        {/[1-9]/.test(held) ? <p class="note">{t("held", { sum: f.money(held, "TON") })}</p> : null}
        <div class="two">
          <Button onClick={() => setPutting(true)} testId="deposit">{t("put_in")}</Button>
          <Button look="quiet" onClick={() => go("/wallet/ton/withdraw")} testId="withdraw">{t("take_out")}</Button>
        </div>
      </div>
      <Segments label={t("view")} value={view} options={VIEWS.map((value) => ({ value, text: t(value) }))} onChange={(next) => setParams({ view: next }, { replace: true })} />
      {view === "lines" ? <Statement currency="TON" /> : view === "deposits" ? <Deposits /> : <Withdrawals />}
      {putting && wallet.deposit ? <DepositSheet target={wallet.deposit} onClose={() => setPutting(false)} /> : null}
    </>
  );
}
