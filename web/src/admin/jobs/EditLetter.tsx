import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { common } from "@/i18n/common";
import { Button } from "@/kit/Button";
import { TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast, toastError } from "@/kit/toast";
import { refreshAdmin } from "../kit/Act";
import { jobsTexts } from "./jobs.texts";
import { readObject } from "./json";
import type { Letter } from "./Letters";

export function EditLetter({ letter, onClose }: { letter: Letter; onClose: () => void }) {
  const t = useTexts(jobsTexts);
  const c = useTexts(common);
  const [text, setText] = useState(() => JSON.stringify(letter.payload, null, 2));
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const path = { params: { path: { id: letter.id } } };
  const save = async (again: boolean) => {
    const read = readObject(text);
    if ("error" in read) return setProblem(t("edit_bad", { error: read.error }));
    setBusy(true);
    try {
      await api.patch("/api/admin/outbox/dead-letters/{id}", { ...path, body: { payload: read.value } });
      if (again) await api.post("/api/admin/outbox/dead-letters/{id}/retry", path);
      toast(t(again ? "retry_done" : "edit_done"));
      onClose();
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
      void refreshAdmin();
    }
  };
  return (
    <Sheet title={t("edit_title")} onClose={onClose}>
      <form class="form code-input" onSubmit={(event) => { event.preventDefault(); void save(true); }}>
        <p class="note"><span class="mono">{letter.topic}</span> → <span class="mono">{letter.queue}</span>{letter.last_error ? <><br /><span class="bad">{letter.last_error}</span></> : null}</p>
        <TextArea label={t("payload")} note={t("edit_note")} name="payload" value={text} problem={problem} onChange={(value) => { setText(value); setProblem(undefined); }} />
        <Button wide type="submit" busy={busy} testId="save-retry">{t("edit_retry")}</Button>
        <Button wide look="quiet" disabled={busy} onClick={() => void save(false)} testId="save">{c("save")}</Button>
      </form>
    </Sheet>
  );
}
