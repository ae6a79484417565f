// Who did what.

import { api } from "@/api/client";
import type { AuditEntry } from "@/api/admin";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { dayEnd, dayStart } from "../kit/dates";
import { Filters, useFilters, type Filter } from "../kit/Filters";
import { kitTexts } from "../kit/kit.texts";
import { Listed } from "../kit/Listed";
import { CsvButton, Json, Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { controlTexts } from "./control.texts";

const NAMES = ["actor", "action", "subject", "from", "to"] as const;

const isEmpty = (details: unknown) => details === null || details === undefined || (typeof details === "object" && Object.keys(details).length === 0);

export default function Audit() {
  const t = useTexts(controlTexts);
  const k = useTexts(kitTexts);
  const { may } = useStaff();
  const [values, setValues] = useFilters(NAMES);
  const query = {
    // People are `user/{id}` there; an id alone means them.
    ...(values.actor ? { actor: /^\d+$/.test(values.actor) ? `user/${values.actor}` : values.actor } : {}),
    ...(values.action ? { action: values.action } : {}),
    ...(values.subject ? { subject: values.subject } : {}),
    ...(dayStart(values.from) ? { from: dayStart(values.from) } : {}),
    ...(dayEnd(values.to) ? { to: dayEnd(values.to) } : {}),
  };
  const list = useList({
    key: ["admin", "audit", query],
    load: (cursor, signal) => api.get("/api/admin/audit", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.entries,
  });
  const filters: Filter<(typeof NAMES)[number]>[] = [
    { name: "actor", label: t("actor"), placeholder: "3001" },
    { name: "action", label: t("action"), placeholder: "services." },
    { name: "subject", label: t("subject"), placeholder: "order/" },
    { name: "from", label: k("from"), kind: "date" },
    { name: "to", label: k("to"), kind: "date" },
  ];
  const columns: Column<AuditEntry>[] = [
    { head: t("action"), lead: true, cell: (one) => <span class="mono">{one.action}</span> },
    { head: t("actor"), cell: (one) => <Who by={one.actor} /> },
    { head: t("subject"), cell: (one) => <span class="mono address">{one.subject}</span> },
    { head: t("when"), cell: (one) => <Moment at={one.at} /> },
    { head: t("details"), plain: true, cell: (one) => (isEmpty(one.details) && !one.request_id ? null : (
      <details>
        <summary>{t("details")}</summary>
        {isEmpty(one.details) ? null : <Json value={one.details} label={t("details")} />}
        {one.request_id ? <p class="note">{t("request")}: <span class="mono">{one.request_id}</span></p> : null}
      </details>
    )) },
  ];
  return (
    <Screen title={t("audit")} back="/admin" onRefresh={async () => list.refetch()}>
      <Filters filters={filters} values={values} onChange={setValues}>
        {may() ? <CsvButton path="/api/admin/audit.csv" query={query} name="audit.csv" /> : <span class="note">{t("csv_owner")}</span>}
      </Filters>
      <Listed list={list} label={t("audit")} rowKey={(one) => one.id} columns={columns} testId="audit" />
    </Screen>
  );
}
