// The rouble balance: what is there, how to have more, how it came to be.

import { useState } from "preact/hooks";
import { useSearchParams } from "wouter";
import { useBootstrap } from "@/app/bootstrap";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Icon } from "@/kit/Icon";
import { Row, Rows } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded } from "@/kit/State";
import { WALLET, inCurrency, useWallet } from "./data";
import { Statement } from "./Statement";
import { texts } from "./texts";
import { TopUp } from "./TopUp";

export default function Balance() {
  const t = useTexts(texts);
  const f = useFormat();
  const app = useBootstrap().data;
  const wallet = useWallet();
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState(params.has("topup"));
  const close = () => {
    setOpen(false);
    if (params.has("topup")) setParams({}, { replace: true });
  };
  return (
    <Screen title={t("balance")} back="/" onRefresh={() => queries.invalidateQueries({ queryKey: WALLET })}>
      <div class="card balance">
        <p class="note">{t("can_spend")}</p>
        <Loaded query={wallet} skeleton={<p class="big bone" aria-hidden="true" />}>
          {(data) => {
            const { available, held } = inCurrency(data, "RUB");
            return (
              <>
                <p class="big amount" data-testid="balance">{f.money(available)}</p>
                {/[1-9]/.test(held) ? <p class="note">{t("held", { sum: f.money(held) })}</p> : null}
              </>
            );
          }}
        </Loaded>
        <Button wide onClick={() => setOpen(true)} testId="top-up">{t("top_up")}</Button>
      </div>
      {app?.features.ton ? <Rows><Row icon={<Icon name="wallet" />} title={t("ton")} to="/wallet/ton" /></Rows> : null}
      <Statement currency="RUB" />
      {open ? <TopUp onClose={close} /> : null}
    </Screen>
  );
}
