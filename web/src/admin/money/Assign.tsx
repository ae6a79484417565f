import * as z from "zod/mini";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Input, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { reasonSchema, refreshAdmin } from "../kit/Act";
import { kitTexts } from "../kit/kit.texts";
import type { Deposit } from "./Deposits";
import { walletTexts } from "./wallet.texts";

/** Gives a deposit that waits to its owner. */
export function Assign({ deposit, onClose }: { deposit: Deposit; onClose: () => void }) {
  const t = useTexts(walletTexts);
  const k = useTexts(kitTexts);
  const { money } = useFormat();
  const form = useForm({
    initial: { user_id: "", note: "" },
    schema: z.object({ user_id: z.string().check(z.trim(), z.regex(/^\d{1,15}$/, t("assign_bad"))), note: reasonSchema() }),
    send: ({ user_id, note }) => api.post("/api/admin/wallet/deposits/{id}/assign", { params: { path: { id: deposit.id } }, body: { user_id: Number(user_id), note: note.trim() } }),
    onDone: () => {
      toast(t("assign_done"));
      void refreshAdmin();
      onClose();
    },
  });
  return (
    <Sheet title={t("assign")} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <div class="card"><strong class="amount">{money(deposit.amount, deposit.currency)}</strong>{deposit.memo ? <p>{deposit.memo}</p> : null}</div>
        <Input label={t("assign_id")} inputMode="numeric" max={15} {...form.field("user_id")} />
        <TextArea label={k("reason")} note={k("reason_note")} max={500} {...form.field("note")} />
        <Button wide type="submit" busy={form.busy} testId="assign-yes">{t("assign")}</Button>
      </form>
    </Sheet>
  );
}
