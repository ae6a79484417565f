// What the lists of failed work share: try again, or drop.

import type { ComponentChildren } from "preact";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { useConfirm } from "@/kit/Sheet";
import { useAction } from "../kit/Act";
import { jobsTexts } from "./jobs.texts";

export function useFailed() {
  const t = useTexts(jobsTexts);
  const action = useAction();
  const [ask, dialog] = useConfirm();
  const drop = async (what: string, send: () => Promise<unknown>) => {
    if (await ask({ title: t("drop_ask"), text: what, yes: t("drop"), danger: true })) action.run(send, t("drop_done"));
  };
  const buttons = (what: string, why: string | undefined, retry: () => Promise<unknown>, dropIt: () => Promise<unknown>, more?: ComponentChildren) => (
    <span class="buttons">
      <Button small disabled={why !== undefined || action.busy} onClick={() => action.run(retry, t("retry_done"))} label={`${t("retry")}: ${what}`} testId="retry">{t("retry")}</Button>
      {more}
      <Button small look="danger" disabled={why !== undefined} onClick={() => void drop(what, dropIt)} label={`${t("drop")}: ${what}`} testId="drop">{t("drop")}</Button>
    </span>
  );
  return { buttons, dialog };
}
