import * as z from "zod/mini";
import { api } from "@/api/client";
import type { Audience } from "@/api/admin";
import { useBootstrap } from "@/app/bootstrap";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Choices, Input, Switch, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { refreshAdmin } from "../kit/Act";
import { broadcastTexts } from "./broadcasts.texts";

interface Values {
  ru: string;
  en: string;
  audience: Audience;
  button: boolean;
  button_ru: string;
  button_en: string;
  path: string;
}

/** Audiences that only one market has. */
const OF_MARKET: Partial<Record<Audience, string>> = { customers: "services", executors: "services", buyers: "shop" };
const AUDIENCES = ["everyone", "customers", "executors", "buyers", "staff"] as const;

export function NewBroadcast({ onClose }: { onClose: () => void }) {
  const t = useTexts(broadcastTexts);
  const here = useBootstrap().data?.markets.map((one) => one.name) ?? [];
  const text = z.string().check(z.trim(), z.minLength(1, t("text_empty")), z.maxLength(3500, t("text_long")));
  const form = useForm<Values, unknown>({
    draft: "broadcast",
    initial: { ru: "", en: "", audience: "everyone", button: false, button_ru: "", button_en: "", path: "/" },
    schema: z.object({ ru: text, en: text, audience: z.enum(AUDIENCES), button: z.boolean(), button_ru: z.string(), button_en: z.string(), path: z.string() }).check((check) => {
      const { button, button_ru, button_en, path } = check.value;
      if (!button) return;
      if (!button_ru.trim()) check.issues.push({ code: "custom", message: t("button_empty"), path: ["button_ru"], input: button_ru });
      if (!button_en.trim()) check.issues.push({ code: "custom", message: t("button_empty"), path: ["button_en"], input: button_en });
      if (!/^\/\S*$/.test(path)) check.issues.push({ code: "custom", message: t("path_bad"), path: ["path"], input: path });
    }),
    send: ({ ru, en, audience, button, button_ru, button_en, path }) => api.post("/api/admin/broadcasts", {
      body: { text: { ru: ru.trim(), en: en.trim() }, audience, ...(button ? { button: { text: { ru: button_ru.trim(), en: button_en.trim() }, path } } : {}) },
    }),
    onDone: () => {
      toast(t("made"));
      void refreshAdmin();
      onClose();
    },
  });
  const audiences = AUDIENCES.filter((one) => OF_MARKET[one] === undefined || here.includes(OF_MARKET[one]));
  return (
    <Sheet title={t("new")} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <Choices label={t("audience")} value={form.values.audience} options={audiences.map((value) => ({ value, text: t(value) }))} onChange={(value) => form.set("audience", value)} />
        <TextArea label={t("text_ru")} note={t("text_note")} max={3500} {...form.field("ru")} />
        <TextArea label={t("text_en")} max={3500} {...form.field("en")} />
        <div class="rows"><Switch label={t("with_button")} on={form.values.button} onChange={(on) => form.set("button", on)} /></div>
        {form.values.button ? (
          <>
            <Input label={t("button_ru")} max={40} {...form.field("button_ru")} />
            <Input label={t("button_en")} max={40} {...form.field("button_en")} />
            <Input label={t("path")} note={t("path_note")} max={200} {...form.field("path")} />
          </>
        ) : null}
        <Button wide type="submit" busy={form.busy} testId="broadcast-make">{t("make")}</Button>
      </form>
    </Sheet>
  );
}
