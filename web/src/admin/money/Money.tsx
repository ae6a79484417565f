// What is owed against what there is.

import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { CurrencySums } from "@/api/admin";
import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { refreshAdmin } from "../kit/Act";
import { Amount } from "../kit/parts";
import { Table } from "../kit/Table";
import { useAccounts } from "./kinds";
import { moneyTexts } from "./money.texts";
import { Position } from "./Position";
import { Stars } from "./Stars";

export default function Money() {
  const t = useTexts(moneyTexts);
  const app = useBootstrap();
  const money = useQuery({ queryKey: ["admin", "money"], queryFn: ({ signal }) => api.get("/api/admin/money", { signal }) });
  return (
    <Screen title={t("title")} back="/admin" onRefresh={refreshAdmin}>
      <Loaded query={money} skeleton={<Skeleton rows={2} height={84} />}>
        {({ currencies }) => (currencies.length === 0 ? <Empty title={t("no_accounts")} /> : <>{currencies.map((one) => <Currency key={one.currency} sums={one} />)}</>)}
      </Loaded>
      {app.data?.features.ton ? <Position /> : null}
      {app.data?.features.stars ? <Stars /> : null}
    </Screen>
  );
}

function Currency({ sums }: { sums: CurrencySums }) {
  const t = useTexts(moneyTexts);
  const words = useAccounts();
  const label = t("accounts", { currency: sums.currency });
  return (
    <Section title={sums.currency}>
      <div class="tiles">
        <div class="tile"><span class="note">{t("owed")}</span><span class="value"><Amount value={sums.owed_to_people} currency={sums.currency} /></span></div>
        <div class="tile"><span class="note">{t("held")}</span><span class="value"><Amount value={sums.held} currency={sums.currency} /></span></div>
      </div>
      {sums.accounts.length > 0 ? (
        <Table label={label} rows={sums.accounts} rowKey={(one) => one.account} to={(one) => `/admin/money/ledger?account=${encodeURIComponent(one.account)}`} columns={[
          { head: t("account"), lead: true, cell: (one) => <span title={one.account}>{words(one.account)}</span> },
          { head: t("balance"), number: true, cell: (one) => <Amount value={one.balance} currency={sums.currency} /> },
        ]} />
      ) : null}
    </Section>
  );
}
