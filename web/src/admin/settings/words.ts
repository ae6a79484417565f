// Names and values of settings as people read them.

import type { Setting } from "@/api/admin";
import { useLang, useTexts, type Messages } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { markets } from "@/markets";
import { own } from "./own.texts";
import { settingsTexts } from "./settings.texts";

// Each market names its own.
const found = import.meta.glob<{ settings: Messages<string> }>("../../markets/*/admin/settings.texts.ts", { eager: true });
const names = [own, ...Object.values(found).map((module) => module.settings)] as Messages<string>[];

const UNITS = ["minutes", "seconds", "units", "per_minute"] as const;
type Unit = (typeof UNITS)[number];

const unitOf = (setting: Setting): Unit | undefined => UNITS.find((unit) => unit === setting.unit);

export function useSettingWords() {
  const t = useTexts(settingsTexts);
  const language = useLang();
  return {
    name: (name: string) => {
      const text = names.map((one) => one[language][name]).find((one) => one !== undefined);
      return typeof text === "string" ? text : name;
    },
    /** Whose it is: a market, or a part of the program. */
    part: (name: string) => markets.find((market) => market.name === name)?.title() ?? (name === "telegram" ? t("bot") : name),
    unit: (setting: Setting) => {
      const unit = unitOf(setting);
      return unit ? t(`label_${unit}`) : (setting.currency ?? setting.unit ?? "");
    },
    value: (setting: Setting, value: unknown): string => {
      if (value === null || value === undefined) return t("configured");
      if (typeof value === "boolean") return t(value ? "on" : "off");
      if (value === "") return t("nothing");
      if (setting.kind === "amount") return formatMoney(String(value), setting.currency ?? "", language);
      const unit = unitOf(setting);
      if (typeof value === "number" && unit) return t(`unit_${unit}`, { n: value });
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    },
  };
}
