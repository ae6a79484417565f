// Who asks. initData is good for a day and is sent as it is until it has been exchanged for a
// session; in a plain browser tab staff may use the operator's secret or a code instead.

import { launch } from "@/telegram/host";

const SECRET = "torg.secret";
const SESSION = "torg.session";

let token: string | null = null;
let renewing: Promise<boolean> | null = null;

function stored(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, value);
  } catch {
    // Storage is off: the tab has to sign in again after a reload.
  }
}

/** Headers that say who asks. */
export function credential(): Record<string, string> {
  if (token !== null) return { authorization: `Bearer ${token}` };
  if (launch.initData !== "") return { authorization: `tma ${launch.initData}` };
  const session = stored(SESSION);
  if (session !== null) return { authorization: `Bearer ${session}` };
  const secret = stored(SECRET);
  return secret === null ? {} : { "x-admin-secret": secret };
}

/** Whether this page was opened for somebody. */
export const isSignedIn = (): boolean => Object.keys(credential()).length > 0;

/** Whether that somebody is whoever knows the operator's secret, and not a person. */
export const isBySecret = (): boolean => "x-admin-secret" in credential();

/** For staff without Telegram; kept until the tab is closed. */
export function useSecret(secret: string | null): void {
  store(SECRET, secret);
}

/** A session from elsewhere, as a code of the bot gives it. */
export function useSession(session: string | null): void {
  store(SESSION, session);
}

/** Whether this tab was signed in by hand, and not by Telegram. */
export const isByHand = (): boolean => token === null && launch.initData === "" && isSignedIn();

/** Forgets who this tab was signed in as by hand. */
export function forget(): void {
  useSecret(null);
  useSession(null);
}

/** Exchanges initData for a session; tells whether there is one now. */
export function renew(): Promise<boolean> {
  renewing ??= exchange().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function exchange(): Promise<boolean> {
  token = null;
  if (launch.initData === "") return false;
  try {
    const response = await fetch("/api/auth/telegram", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ init_data: launch.initData }),
    });
    if (!response.ok) return false;
    token = ((await response.json()) as { token: string }).token;
    return true;
  } catch {
    return false;
  }
}
