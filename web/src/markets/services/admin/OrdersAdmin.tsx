// Orders of everybody, without their contacts.

import { Route, Switch } from "wouter";
import { api } from "@/api/client";
import type { AdminOrder } from "@/api/admin";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Filters, useFilters, type Filter } from "@/admin/kit/Filters";
import { Listed } from "@/admin/kit/Listed";
import { CsvButton, Moment, PersonLink } from "@/admin/kit/parts";
import type { Column } from "@/admin/kit/Table";
import { adminTexts } from "./admin.texts";
import { OrderAdmin } from "./OrderAdmin";
import { CATEGORIES, STATUSES, toneOf, useWords } from "./words";

const NAMES = ["q", "status", "category", "city"] as const;

export default function OrdersAdmin() {
  return (
    <Switch>
      <Route path="/admin/services/orders/:id">{({ id }) => <OrderAdmin id={id} />}</Route>
      <Route><Orders /></Route>
    </Switch>
  );
}

function Orders() {
  const t = useTexts(adminTexts);
  const words = useWords();
  const [values, setValues] = useFilters(NAMES);
  const list = useList({
    key: ["admin", "services", "orders", values],
    load: (cursor, signal) => api.get("/api/admin/services/orders", { params: { query: { ...values, limit: 50, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.orders,
  });
  const filters: Filter<(typeof NAMES)[number]>[] = [
    { name: "q", label: t("search"), placeholder: t("search_hint") },
    { name: "status", label: t("status"), options: STATUSES.map((value) => ({ value, text: words.status(value) })) },
    { name: "category", label: t("category"), options: Object.entries(CATEGORIES).map(([name, value]) => ({ value, text: words.category(name) })) },
    { name: "city", label: t("city") },
  ];
  const columns: Column<AdminOrder>[] = [
    { head: t("description"), lead: true, cell: (one) => <span class="clamp">{one.description}</span> },
    { head: t("status"), cell: (one) => <Badge tone={toneOf(one.status)}>{words.status(one.status)}</Badge> },
    { head: t("category"), cell: (one) => words.category(one.category) },
    { head: t("city"), cell: (one) => one.city },
    { head: t("takes"), cell: (one) => t("takes_of", { n: one.takes }) },
    { head: t("customer"), cell: (one) => <PersonLink id={one.customer_id} /> },
    { head: t("created"), cell: (one) => <Moment at={one.created_at} /> },
  ];
  return (
    <Screen title={t("orders")} back="/admin" onRefresh={async () => list.refetch()}>
      <Filters filters={filters} values={values} onChange={setValues}><CsvButton path="/api/admin/services/orders.csv" query={values} name="orders.csv" /></Filters>
      <Listed list={list} label={t("orders")} rowKey={(one) => one.id} columns={columns} to={(one) => `/admin/services/orders/${one.id}`} testId="orders" />
    </Screen>
  );
}
