import * as z from "zod/mini";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Input, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { refreshAdmin } from "../kit/Act";
import { Copy } from "../kit/parts";
import { controlTexts } from "./control.texts";

const split = (topics: string) => topics.split(/[\s,]+/).filter(Boolean);

export function NewWebhook({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: string) => void }) {
  const t = useTexts(controlTexts);
  const form = useForm({
    initial: { url: "", topics: "" },
    schema: z.object({
      url: z.string().check(z.trim(), z.regex(/^https?:\/\/\S+$/, t("url_bad"))),
      topics: z.string().check(z.refine((value) => split(value).length > 0, t("topics_bad"))),
    }),
    send: ({ url, topics }) => api.post("/api/admin/webhooks", { body: { url: url.trim(), topics: split(topics) } }),
    onDone: (hook) => {
      toast(t("added"));
      void refreshAdmin();
      onClose();
      onSecret(hook.secret);
    },
  });
  return (
    <Sheet title={t("add")} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <Input label={t("url")} placeholder="https://example.com/hook" max={2000} {...form.field("url")} />
        <TextArea label={t("topics")} note={t("topics_note")} {...form.field("topics")} />
        <Button wide type="submit" busy={form.busy} testId="webhook-add">{t("add")}</Button>
      </form>
    </Sheet>
  );
}

/** Shown once, and never again. */
export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useTexts(controlTexts);
  return (
    <Sheet title={t("secret")} onClose={onClose}>
      <p>{t("secret_note")}</p>
      <p class="card line"><span class="mono" data-testid="secret">{secret}</span><span class="end"><Copy value={secret} /></span></p>
      <Button wide onClick={onClose} testId="secret-kept">{t("secret_kept")}</Button>
    </Sheet>
  );
}
