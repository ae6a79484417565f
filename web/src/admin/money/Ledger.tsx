// Every movement of money.

import { api } from "@/api/client";
import type { Transfer } from "@/api/admin";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Filters, useFilters, type Filter } from "../kit/Filters";
import { dayEnd, dayStart } from "../kit/dates";
import { kitTexts } from "../kit/kit.texts";
import { Listed } from "../kit/Listed";
import { Amount, CsvButton, Moment, PersonLink } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { booksTexts } from "./books.texts";
import { useAccounts, useKinds } from "./kinds";

const NAMES = ["account", "kind", "user", "from", "to"] as const;

function Account({ name }: { name: string }) {
  const words = useAccounts();
  const user = /^user\/(\d+)\//.exec(name)?.[1];
  return user ? <PersonLink id={Number(user)} /> : <span title={name}>{words(name)}</span>;
}

export default function Ledger() {
  const t = useTexts(booksTexts);
  const k = useTexts(kitTexts);
  const kind = useKinds();
  const { may } = useStaff();
  const [values, setValues] = useFilters(NAMES);
  const user = /^\d{1,15}$/.test(values.user ?? "") ? Number(values.user) : undefined;
  const query = {
    ...(values.account ? { account: values.account } : {}),
    ...(values.kind ? { kind: values.kind } : {}),
    ...(user === undefined ? {} : { user }),
    ...(dayStart(values.from) ? { from: dayStart(values.from) } : {}),
    ...(dayEnd(values.to) ? { to: dayEnd(values.to) } : {}),
  };
  const list = useList({
    key: ["admin", "ledger", query],
    load: (cursor, signal) => api.get("/api/admin/ledger", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.transfers,
  });
  const filters: Filter<(typeof NAMES)[number]>[] = [
    { name: "account", label: t("account"), placeholder: "platform/services_revenue/RUB" },
    { name: "kind", label: t("kind_code"), placeholder: "services.take" },
    { name: "user", label: t("user"), kind: "numeric" },
    { name: "from", label: k("from"), kind: "date" },
    { name: "to", label: k("to"), kind: "date" },
  ];
  const columns: Column<Transfer>[] = [
    { head: t("kind"), lead: true, cell: (one) => kind(one.kind) },
    { head: t("amount"), number: true, cell: (one) => <strong><Amount value={one.amount} currency={one.currency} /></strong> },
    { head: t("debit"), cell: (one) => <Account name={one.debit} /> },
    { head: t("credit"), cell: (one) => <Account name={one.credit} /> },
    { head: t("subject"), cell: (one) => (one.subject ? <span class="mono address">{one.subject}</span> : null) },
    { head: t("when"), cell: (one) => <Moment at={one.at} /> },
  ];
  return (
    <Screen title={t("ledger")} back="/admin" onRefresh={async () => list.refetch()}>
      <Filters filters={filters} values={values} onChange={setValues}>
        {may("finance") ? <CsvButton path="/api/admin/ledger.csv" query={query} name="ledger.csv" /> : <span class="note">{t("csv_finance")}</span>}
      </Filters>
      <Listed list={list} label={t("ledger")} rowKey={(one) => one.id} columns={columns} testId="ledger" />
    </Screen>
  );
}
