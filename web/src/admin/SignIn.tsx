// For staff in a plain browser tab.

import { useState } from "preact/hooks";
import { ApiError } from "@/api/errors";
import { useSecret } from "@/api/session";
import { api } from "@/api/client";
import { useBootstrap } from "@/app/bootstrap";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Input } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { toastError } from "@/kit/toast";
import { signInTexts } from "./signin.texts";

export function SignIn({ ended, onDone }: { ended: boolean; onDone: () => void }) {
  const t = useTexts(signInTexts);
  const app = useBootstrap();
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const bot = app.data?.bot_username;

  const submit = async () => {
    // What a header can hold; another value would not even leave the browser.
    if (!/^[\x21-\x7e]+$/.test(secret.trim())) return setProblem(t("empty"));
    setBusy(true);
    useSecret(secret.trim());
    try {
      await api.get("/api/admin/staff");
      await queries.invalidateQueries();
      onDone();
    } catch (error) {
      useSecret(null);
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) setProblem(t("wrong"));
      else toastError(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Screen title={t("title")} back="/">
      {ended ? <p class="card" role="status">{t("ended")}</p> : null}
      <form class="card form" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Input label={t("secret")} type="password" name="secret" autoComplete="current-password" value={secret} problem={problem} note={t("secret_note")}
          onChange={(value) => { setSecret(value); setProblem(undefined); }} />
        <Button wide type="submit" busy={busy} testId="sign-in">{t("enter")}</Button>
      </form>
      {bot ? <p class="note center">{t("or")} <a href={`https://t.me/${bot}?startapp=admin`} rel="noopener noreferrer">{t("telegram")}</a></p> : null}
    </Screen>
  );
}
