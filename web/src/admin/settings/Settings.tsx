// What can be set while the server runs.

import { useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { api } from "@/api/client";
import type { Setting } from "@/api/admin";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { Link } from "wouter";
import { refreshAdmin } from "../kit/Act";
import { Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { EditSetting } from "./EditSetting";
import { settingsTexts } from "./settings.texts";
import { useSettingWords } from "./words";

export const useSettings = () => useQuery({ queryKey: ["admin", "settings"], queryFn: ({ signal }) => api.get("/api/admin/settings", { signal }) });

export default function Settings() {
  const t = useTexts(settingsTexts);
  const why = useStaff().why();
  const words = useSettingWords();
  const settings = useSettings();
  const [edited, setEdited] = useState<string | null>(null);
  const open = settings.data?.settings.find((one) => one.name === edited);
  return (
    <Screen title={t("title")} back="/admin" onRefresh={refreshAdmin}>
      <p class="note">{t("note")} {why}</p>
      <Loaded query={settings} skeleton={<Skeleton rows={6} height={84} />}>
        {(data) => (data.settings.length === 0 ? <Empty title={t("none")} /> : (
          <>
            {[...new Set(data.settings.map((one) => one.market))].map((market) => (
              <Section key={market} title={words.part(market)}>
                <div class="rows">
                  {data.settings.filter((one) => one.market === market).map((one) => <OneSetting key={one.name} setting={one} mayEdit={why === undefined} onEdit={() => setEdited(one.name)} />)}
                </div>
              </Section>
            ))}
          </>
        ))}
      </Loaded>
      {open ? <EditSetting setting={open} onClose={() => setEdited(null)} /> : null}
    </Screen>
  );
}

function OneSetting({ setting, mayEdit, onEdit }: { setting: Setting; mayEdit: boolean; onEdit: () => void }) {
  const t = useTexts(settingsTexts);
  const words = useSettingWords();
  const isDefault = setting.value === setting.default;
  return (
    <div class="row wrap" data-testid={`setting-${setting.name}`}>
      <div class="row-main">
        <span class="row-title">{words.name(setting.name)}</span>
        <strong>{words.value(setting, setting.value)}</strong>
        <span class="row-note">
          {isDefault ? null : <>{t("default", { value: words.value(setting, setting.default) })} · </>}
          {setting.changed_by ? <><Who by={setting.changed_by} /> · <Moment at={setting.changed_at} /></> : null}
        </span>
      </div>
      <span class="buttons">
        <Link href={`/admin/settings/${setting.name}`} class="button link small" aria-label={`${t("history")}: ${words.name(setting.name)}`}>{t("history")}</Link>
        <Button small look="quiet" disabled={!mayEdit} onClick={onEdit} label={`${t("edit")}: ${words.name(setting.name)}`} testId={`edit-${setting.name}`}>{t("edit")}</Button>
      </span>
    </div>
  );
}
