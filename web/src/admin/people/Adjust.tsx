// Changing somebody's balance by hand: typed, looked at, confirmed.

import { useState } from "preact/hooks";
import * as z from "zod/mini";
import { api } from "@/api/client";
import { explain } from "@/api/errors";
import type { Person } from "@/api/admin";
import { useForm } from "@/app/form";
import { text, useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Choices, Input, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { reasonSchema, refreshAdmin } from "../kit/Act";
import { kitTexts } from "../kit/kit.texts";
import { digitsOf, isZero, readAmount } from "./amount";
import { fullName } from "./name";
import { peopleTexts } from "./people.texts";

explain("insufficient_balance", () => text(peopleTexts, "short"));

export type Currency = "RUB" | "TON";

interface Values {
  currency: Currency;
  amount: string;
  reason: string;
}

export function Adjust({ person, currencies, onClose }: { person: Person; currencies: readonly Currency[]; onClose: () => void }) {
  const t = useTexts(peopleTexts);
  const k = useTexts(kitTexts);
  const { money } = useFormat();
  const [sure, setSure] = useState(false);
  const schema = z.object({ currency: z.enum(["RUB", "TON"]), amount: z.string(), reason: reasonSchema() }).check((check) => {
    const { amount, currency } = check.value;
    const read = readAmount(amount, digitsOf(currency));
    const wrong = read === undefined ? t("amount_bad") : isZero(read) ? t("amount_zero") : undefined;
    if (wrong) check.issues.push({ code: "custom", message: wrong, path: ["amount"], input: amount });
  });
  const form = useForm<Values, { balance_after: string; currency: string } | undefined>({
    initial: { currency: currencies[0] ?? "RUB", amount: "", reason: "" },
    schema,
    // The first press shows what will happen, the second does it.
    send: ({ currency, amount, reason }, key) => {
      if (!sure) return Promise.resolve(undefined);
      const read = readAmount(amount, digitsOf(currency)) ?? "";
      return api.post("/api/admin/users/{user_id}/adjustments", { params: { path: { user_id: person.id }, header: { "Idempotency-Key": key } }, body: { currency, amount: read, reason: reason.trim() } });
    },
    onDone: (done) => {
      if (done === undefined) return setSure(true);
      toast(t("adjust_done", { amount: money(done.balance_after, done.currency) }));
      void refreshAdmin();
      onClose();
    },
  });
  const { currency, amount, reason } = form.values;
  const read = readAmount(amount, digitsOf(currency)) ?? "";
  const debit = read.startsWith("-");
  const shown = money(read.replace("-", ""), currency);
  return (
    <Sheet title={sure ? t(debit ? "adjust_ask_debit" : "adjust_ask_credit", { amount: shown }) : t("adjust")} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        {sure ? (
          <>
            <div class="card"><strong>{t("adjust_who", { name: fullName(person), id: String(person.id) })}</strong><p class="quote">{reason.trim()}</p></div>
            <p class="note">{t("adjust_about")}</p>
            <Button wide type="submit" look={debit ? "danger" : "main"} busy={form.busy} testId="adjust-yes">{t(debit ? "debit" : "credit")} {shown}</Button>
            <Button wide look="quiet" disabled={form.busy} onClick={() => setSure(false)}>{k("no")}</Button>
          </>
        ) : (
          <>
            {currencies.length > 1 ? <Choices label={t("currency")} value={currency} options={currencies.map((one) => ({ value: one, text: one }))} onChange={(value) => form.set("currency", value)} /> : null}
            <Input label={t("amount")} inputMode="text" note={t("amount_note")} max={30} {...form.field("amount")} />
            <TextArea label={t("reason")} note={k("reason_note")} max={500} {...form.field("reason")} />
            <Button wide type="submit" testId="adjust-next">{t("adjust_next")}</Button>
          </>
        )}
      </form>
    </Sheet>
  );
}
