import { useParams } from "wouter";
import { api } from "@/api/client";
import type { Setting, SettingChange } from "@/api/admin";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Empty } from "@/kit/State";
import { markets } from "@/markets";
import { Listed } from "../kit/Listed";
import { Moment, Who } from "../kit/parts";
import type { Column } from "../kit/Table";
import { useSettings } from "./Settings";
import { settingsTexts } from "./settings.texts";
import { useSettingWords } from "./words";

/** The changes of a setting; those of `{market}.paused` are the times when it was closed. */
export default function History() {
  const t = useTexts(settingsTexts);
  const words = useSettingWords();
  const name = decodeURIComponent(useParams<{ name: string }>().name);
  const market = /^(\w+)\.paused$/.exec(name)?.[1];
  const setting = useSettings().data?.settings.find((one) => one.name === name);
  const list = useList({
    key: ["admin", "settings", name, "history"],
    load: (cursor, signal) => api.get("/api/admin/settings/{name}/history", { params: { path: { name }, query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.changes,
  });
  const columns: Column<SettingChange>[] = [
    { head: t("to"), lead: true, cell: (one) => <strong>{market ? paused(one.to, t("open")) : shown(one.to, setting, words)}</strong> },
    { head: t("from"), cell: (one) => (market ? paused(one.from, t("open")) : shown(one.from, setting, words)) },
    { head: t("reason"), cell: (one) => one.reason },
    { head: t("by"), cell: (one) => <Who by={one.by} /> },
    { head: t("when"), cell: (one) => <Moment at={one.at} /> },
  ];
  const title = market ? (markets.find((one) => one.name === market)?.title() ?? market) : words.name(name);
  return (
    <Screen title={`${title}: ${t("history").toLowerCase()}`} back={market ? "/admin/markets" : "/admin/settings"} onRefresh={async () => list.refetch()}>
      <Listed list={list} label={t("history")} rowKey={(one) => one.version} columns={columns} empty={<Empty title={t("no_history")} />} testId="history" />
    </Screen>
  );
}

function paused(value: unknown, open: string): string {
  if (value === null || value === undefined || value === false) return open;
  if (typeof value === "object" && "reason" in value) return String(value.reason);
  return String(value);
}

const shown = (value: unknown, setting: Setting | undefined, words: ReturnType<typeof useSettingWords>) => (setting ? words.value(setting, value) : String(value ?? "—"));
