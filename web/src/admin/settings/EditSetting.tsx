// A new value for a setting. Whoever is overtaken sees by whom, and decides anew.

import { useRef, useState } from "preact/hooks";
import * as z from "zod/mini";
import { api } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { Setting } from "@/api/admin";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { common } from "@/i18n/common";
import { Button } from "@/kit/Button";
import { Input, Switch, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { reasonSchema, refreshAdmin } from "../kit/Act";
import { kitTexts } from "../kit/kit.texts";
import { settingsTexts } from "./settings.texts";
import { readValue } from "./value";
import { useSettingWords } from "./words";

interface Values {
  value: string | boolean;
  reason: string;
}

export function EditSetting({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  const t = useTexts(settingsTexts);
  const c = useTexts(common);
  const k = useTexts(kitTexts);
  const words = useSettingWords();
  const [overtaken, setOvertaken] = useState(false);
  const reset = useRef(false);
  const start = setting.kind === "switch" ? setting.value === true : String(setting.value);
  const path = { path: { name: setting.name } };
  const form = useForm<Values, Setting>({
    initial: { value: start, reason: "" },
    schema: z.object({ value: z.union([z.string(), z.boolean()]), reason: reasonSchema() }).check((check) => {
      const { value } = check.value;
      if (!reset.current && readValue(setting, value) === undefined) check.issues.push({ code: "custom", message: t(setting.kind === "amount" ? "bad_amount" : "bad"), path: ["value"], input: value });
    }),
    send: ({ value, reason }) => {
      const why = { reason: reason.trim(), version: setting.version };
      if (reset.current) return api.delete("/api/admin/settings/{name}", { params: path, body: why });
      return api.put("/api/admin/settings/{name}", { params: path, body: { ...why, value: readValue(setting, value) ?? "" } });
    },
    onDone: () => {
      toast(t("saved"));
      void refreshAdmin();
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.status !== 412) return false;
      setOvertaken(true);
      void refreshAdmin();
      return true;
    },
  });
  const submit = (back: boolean) => {
    reset.current = back;
    form.submit();
  };
  const value = form.field("value");
  const shown = (one: unknown) => words.value(setting, one);
  const note = setting.kind === "text" ? t("chars", { max: String(setting.max ?? "") })
    : setting.min === null || setting.min === undefined ? undefined
    : setting.step ? t("limits_step", { min: shown(setting.min), max: shown(setting.max), step: shown(setting.step) })
    : t("limits", { min: shown(setting.min), max: shown(setting.max) });
  const label = [t("value"), words.unit(setting)].filter(Boolean).join(", ");
  return (
    <Sheet title={words.name(setting.name)} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); submit(false); }}>
        {overtaken ? <p class="card warn" role="alert">{t("stale", { value: shown(setting.value) })}</p> : null}
        {setting.kind === "switch" ? <div class="rows"><Switch label={words.name(setting.name)} on={value.value === true} onChange={(on) => form.set("value", on)} /></div>
          : setting.kind === "text" ? <TextArea {...value} label={label} value={String(value.value)} onChange={(text) => form.set("value", text)} note={note} max={Number(setting.max ?? 2000)} />
          : <Input {...value} label={label} value={String(value.value)} onChange={(text) => form.set("value", text)} note={note} inputMode={setting.kind === "amount" ? "decimal" : "numeric"} max={20} />}
        <TextArea label={k("reason")} note={k("reason_note")} max={500} {...form.field("reason")} />
        <Button wide type="submit" busy={form.busy} testId="setting-save">{c("save")}</Button>
        {setting.value === setting.default ? null : <Button wide look="quiet" disabled={form.busy} onClick={() => submit(true)} testId="setting-reset">{t("reset")}: {shown(setting.default)}</Button>}
      </form>
    </Sheet>
  );
}
