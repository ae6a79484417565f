// For staff in a plain browser tab: by a code that the app in Telegram shows, or by the operator's
// secret.

import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { ApiError } from "@/api/errors";
import { forget, useSecret, useSession } from "@/api/session";
import { useBootstrap } from "@/app/bootstrap";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Input, Segments } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { toastError } from "@/kit/toast";
import { signInTexts } from "./signin.texts";

type Way = "code" | "secret";

async function enter(way: Way, typed: string): Promise<void> {
  if (way === "code") return useSession((await api.post("/api/auth/redeem", { body: { code: typed } })).token);
  useSecret(typed);
  await api.get("/api/admin/staff");
}

export function SignIn({ ended, onDone }: { ended: boolean; onDone: () => void }) {
  const t = useTexts(signInTexts);
  const bot = useBootstrap().data?.bot_username;
  const [way, setWay] = useState<Way>("code");
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const type = (value: string) => {
    setTyped(value);
    setProblem(undefined);
  };

  const submit = async () => {
    // What a header can hold; another secret would not even leave the browser.
    const value = typed.trim();
    if (way === "secret" ? !/^[\x21-\x7e]+$/.test(value) : value === "") return setProblem(t(way === "code" ? "code_empty" : "empty"));
    setBusy(true);
    try {
      await enter(way, value);
      await queries.invalidateQueries();
      onDone();
    } catch (error) {
      forget();
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) setProblem(error.status === 403 ? error.detail : t(way === "code" ? "code_wrong" : "wrong"));
      else toastError(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Screen title={t("title")} back="/">
      {ended ? <p class="card" role="status">{t("ended")}</p> : null}
      <Segments label={t("way")} value={way} options={[{ value: "code", text: t("by_code") }, { value: "secret", text: t("by_secret") }]} onChange={(value) => { setWay(value); type(""); }} />
      <form class="card form" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        {way === "code"
          ? <Input key="code" label={t("code")} name="code" max={40} placeholder="7K3QX-0ZB4M" autoComplete="one-time-code" value={typed} problem={problem} note={t("code_note")} onChange={type} />
          : <Input key="secret" label={t("secret")} type="password" name="secret" autoComplete="current-password" value={typed} problem={problem} note={t("secret_note")} onChange={type} />}
        <Button wide type="submit" busy={busy} testId="sign-in">{t("enter")}</Button>
      </form>
      {bot ? <p class="note center">{t("or")} <a href={`https://t.me/${bot}?startapp=admin`} rel="noopener noreferrer">{t("telegram")}</a></p> : null}
    </Screen>
  );
}
