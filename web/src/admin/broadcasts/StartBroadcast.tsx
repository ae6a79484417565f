import { api } from "@/api/client";
import type { Broadcast } from "@/api/admin";
import { useForm } from "@/app/form";
import { useLang, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { refreshAdmin } from "../kit/Act";
import { broadcastTexts } from "./broadcasts.texts";

/** The last look before it goes out; a second press or a lost answer does not send it twice. */
export function StartBroadcast({ broadcast, onClose }: { broadcast: Broadcast; onClose: () => void }) {
  const t = useTexts(broadcastTexts);
  const language = useLang();
  const form = useForm({
    initial: {},
    send: (_, key) => api.post("/api/admin/broadcasts/{id}/start", { params: { path: { id: broadcast.id }, header: { "Idempotency-Key": key } } }),
    onDone: () => {
      toast(t("start_done"));
      void refreshAdmin();
      onClose();
    },
  });
  return (
    <Sheet title={t("start_ask", { n: broadcast.people })} onClose={onClose}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        <p class="card quote">{broadcast.text[language]}</p>
        <p class="note">{t("start_about")}</p>
        <Button wide type="submit" busy={form.busy} testId="broadcast-yes">{t("start_yes")}</Button>
      </form>
    </Sheet>
  );
}
