// Keys of a digital product: put in here, shown to nobody but who has bought them.

import * as z from "zod/mini";
import { useStaff } from "@/admin/kit/staff";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { text, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { TextArea } from "@/kit/Field";
import { Section } from "@/kit/Row";
import { toast } from "@/kit/toast";
import { refreshShop, type Product } from "./data";
import { lines } from "./form";
import { texts } from "./products.texts";

export function KeysForm({ product }: { product: Product }) {
  const t = useTexts(texts);
  const why = useStaff().why("moderator");
  const form = useForm({
    initial: { keys: "" },
    schema: z.object({ keys: z.string().check(z.refine((typed) => lines(typed).length > 0, { error: () => text(texts, "keys_none") })) }),
    send: ({ keys }, key) => api.post("/admin/products/{id}/keys", { params: { path: { id: product.id }, header: { "Idempotency-Key": key } }, body: { keys: lines(keys) } }),
    onDone: ({ added, duplicates }) => {
      toast(t("keys_done", { added, duplicates }));
      form.reset();
      void refreshShop();
    },
  });
  return (
    <Section title={t("keys_title")}>
      <form class="card code-input" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <TextArea label={t("keys_label")} note={t("keys_note")} {...form.field("keys")} />
        <Button type="submit" busy={form.busy} disabled={why !== undefined} testId="add-keys">{t("keys_add")}</Button>
        {why ? <p class="note">{why}</p> : null}
      </form>
    </Section>
  );
}
