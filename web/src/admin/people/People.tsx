// Everybody who has come, found by number or name.

import { api } from "@/api/client";
import type { Person } from "@/api/admin";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useFilters } from "../kit/Filters";
import { Listed } from "../kit/Listed";
import { CsvButton, Moment, moment } from "../kit/parts";
import { SearchBox } from "../kit/SearchBox";
import { useStaff } from "../kit/staff";
import type { Column } from "../kit/Table";
import { fullName } from "./name";
import { peopleTexts } from "./people.texts";

export default function People() {
  const t = useTexts(peopleTexts);
  const { roleName } = useStaff();
  const [{ q }, setFilters] = useFilters(["q"]);
  const list = useList({
    key: ["admin", "people", q],
    load: (cursor, signal) => api.get("/api/admin/users", { params: { query: { ...(q ? { q } : {}), ...(cursor ? { cursor } : {}), limit: 50 } }, signal }),
    rows: (page) => page.users,
  });
  const columns: Column<Person>[] = [
    { head: t("name"), lead: true, cell: (one) => fullName(one) },
    { head: t("username"), cell: (one) => (one.username ? `@${one.username}` : null) },
    { head: t("id"), cell: (one) => <span class="amount">{one.id}</span> },
    { head: t("seen"), cell: (one) => moment(one.last_seen_at) },
    { head: t("came"), cell: (one) => <Moment at={one.created_at} /> },
    { head: t("state"), plain: true, cell: (one) => (one.blocked || one.roles.length > 0 ? (
      <span class="line">
        {one.blocked ? <Badge tone="bad">{t("blocked")}</Badge> : null}
        {one.roles.map((role) => <Badge key={role} tone="info">{roleName(role)}</Badge>)}
      </span>
    ) : null) },
  ];
  return (
    <Screen title={t("title")} back="/admin" side={<CsvButton path="/api/admin/users.csv" query={{ q }} name="people.csv" />} onRefresh={async () => list.refetch()}>
      <SearchBox value={q ?? ""} onChange={(value) => setFilters({ q: value })} note={t("search_note")} />
      <Listed list={list} label={t("title")} rowKey={(one) => one.id} columns={columns} to={(one) => `/admin/people/${one.id}`} testId="people" />
    </Screen>
  );
}
