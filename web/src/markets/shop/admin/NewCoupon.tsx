import { useState } from "preact/hooks";
import * as z from "zod/mini";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { fromMinor, toMinor } from "@/i18n/decimal";
import { Button } from "@/kit/Button";
import { Input, Segments } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { texts } from "./coupons.texts";
import { refreshShop } from "./data";
import { whole } from "./form";

type Kind = "percent" | "amount";

/** The day begins here where the staff is; until the end of the last day. */
const dayStart = (day: string) => new Date(`${day}T00:00:00`).toISOString();
const dayEnd = (day: string) => new Date(`${day}T23:59:59`).toISOString();

export function NewCoupon({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts);
  const [kind, setKind] = useState<Kind>("percent");
  const positive = (typed: string) => (toMinor(typed, 2) ?? 0n) > 0n;
  const optional = (check: (typed: string) => boolean) => (typed: string) => typed.trim() === "" || check(typed);
  const form = useForm({
    initial: { code: "", value: "", min_total: "", uses_max: "", starts_at: "", ends_at: "" },
    schema: z.object({
      code: z.string().check(z.regex(/^[\w-]{3,32}$/, { error: () => t("bad_code") })),
      value: z.string().check(z.refine((typed) => positive(typed) && (kind === "amount" || (toMinor(typed, 2) ?? 0n) <= 10_000n), { error: () => t(kind === "percent" ? "bad_percent" : "bad_amount") })),
      min_total: z.string().check(z.refine(optional(positive), { error: () => t("bad_amount") })),
      uses_max: z.string().check(z.refine(optional(whole(1)), { error: () => t("bad_uses") })),
      starts_at: z.string(),
      ends_at: z.string(),
    }).check(z.refine((typed) => typed.starts_at === "" || typed.ends_at === "" || typed.starts_at <= typed.ends_at, { error: () => t("bad_dates"), path: ["ends_at"] })),
    send: (typed) => {
      const minor = toMinor(typed.value, 2) ?? 0n;
      return api.post("/admin/coupons", {
        body: {
          code: typed.code.trim(),
          ...(kind === "percent" ? { percent_bps: Number(minor) } : { amount: fromMinor(minor, 2) }),
          ...(typed.min_total.trim() === "" ? {} : { min_total: fromMinor(toMinor(typed.min_total, 2) ?? 0n, 2) }),
          ...(typed.uses_max.trim() === "" ? {} : { uses_max: Number(typed.uses_max) }),
          ...(typed.starts_at === "" ? {} : { starts_at: dayStart(typed.starts_at) }),
          ...(typed.ends_at === "" ? {} : { ends_at: dayEnd(typed.ends_at) }),
        },
      });
    },
    onDone: () => {
      toast(t("created"));
      void refreshShop();
      onClose();
    },
  });
  return (
    <Sheet title={t("new")} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <Input label={t("code")} note={t("code_note")} max={32} {...form.field("code")} />
        <Segments label={t("kind")} value={kind} options={[{ value: "percent", text: t("percent") }, { value: "amount", text: t("amount") }]} onChange={setKind} />
        <Input label={t(kind === "percent" ? "percent_value" : "amount_value")} inputMode="decimal" max={16} {...form.field("value")} />
        <Input label={t("min_total")} inputMode="decimal" note={t("min_note")} max={16} {...form.field("min_total")} />
        <Input label={t("uses_max")} inputMode="numeric" note={t("uses_note")} max={9} {...form.field("uses_max")} />
        <Input label={t("starts_at")} type="date" {...form.field("starts_at")} />
        <Input label={t("ends_at")} type="date" {...form.field("ends_at")} />
        <Button wide type="submit" busy={form.busy} testId="create-coupon">{t("create")}</Button>
      </form>
    </Sheet>
  );
}
