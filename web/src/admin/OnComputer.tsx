// A code with which the same person signs in on a computer, where there is no Telegram.

import { useMutation } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Countdown } from "@/kit/Countdown";
import { Row, Rows } from "@/kit/Row";
import { Sheet } from "@/kit/Sheet";
import { toastError } from "@/kit/toast";
import { menuTexts } from "./menu.texts";

export function OnComputer() {
  const t = useTexts(menuTexts);
  const [over, setOver] = useState(false);
  const code = useMutation({ mutationFn: () => api.post("/api/auth/code"), onError: toastError, onMutate: () => setOver(false) });
  return (
    <>
      <Rows><Row title={t("computer")} onClick={() => code.mutate()} testId="on-computer" /></Rows>
      {code.data ? (
        <Sheet title={t("computer")} onClose={() => code.reset()}>
          <p>{t("computer_note")}</p>
          <p class="card center"><span class="mono">{`${location.origin}/app/admin`}</span></p>
          {over ? <p class="center">{t("code_over")}</p> : (
            <>
              <p class="big center" data-testid="code">{code.data.code}</p>
              <p class="note center">{t("code_left")} <Countdown until={code.data.expires_at} onEnd={() => setOver(true)} /></p>
            </>
          )}
          <Button wide look="quiet" busy={code.isPending} onClick={() => code.mutate()}>{t("code_new")}</Button>
        </Sheet>
      ) : null}
    </>
  );
}
