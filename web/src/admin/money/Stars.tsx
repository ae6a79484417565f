import { useMutation } from "@tanstack/react-query";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Section } from "@/kit/Row";
import { toastError } from "@/kit/toast";
import { refreshAdmin } from "../kit/Act";
import { useStaff } from "../kit/staff";
import { moneyTexts } from "./money.texts";

/** Telegram's list of Stars against the books. */
export function Stars() {
  const t = useTexts(moneyTexts);
  const why = useStaff().why("finance");
  const run = useMutation({ mutationFn: () => api.post("/api/admin/telegram/stars/reconcile"), onError: toastError, onSuccess: () => void refreshAdmin() });
  const report = run.data;
  return (
    <Section title={t("stars")}>
      <div class="card">
        <p class="note">{t("stars_about")}</p>
        <div role="status">
          {report ? (
            <>
              {report.missed + report.flagged + report.failed === 0 ? <p class="good">{t("stars_good")}</p> : null}
              <dl class="facts">
                <dt>{t("stars_read")}</dt><dd>{report.read}</dd>
                <dt>{t("stars_missed")}</dt><dd>{report.missed}</dd>
                <dt>{t("stars_flagged")}</dt><dd>{report.flagged}</dd>
                <dt>{t("stars_failed")}</dt><dd>{report.failed}</dd>
              </dl>
            </>
          ) : null}
        </div>
        <div class="buttons"><Button look="quiet" busy={run.isPending} disabled={why !== undefined} onClick={() => run.mutate()} testId="stars-run">{t("stars_run")}</Button></div>
        {why ? <p class="note">{why}</p> : null}
      </div>
    </Section>
  );
}
