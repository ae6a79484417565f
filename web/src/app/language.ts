// The language of the page: what was chosen on this device, else what was chosen in the bot, else the
// one of Telegram. A choice made here is told to the server, so that the bot speaks it too.

import { api } from "@/api/client";
import { lang, langOf, setLang, type Lang } from "@/i18n";
import { launch } from "@/telegram/host";

const KEY = "torg.language";

function kept(): Lang | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "ru" || value === "en" ? value : null;
  } catch {
    return null;
  }
}

export function startLanguage(): void {
  setLang(kept() ?? langOf(launch.language ?? navigator.language));
}

/** What the server says that this person speaks; a choice on this device is stronger. */
export function followLanguage(theirs: Lang): void {
  if (kept() === null && theirs !== lang()) setLang(theirs);
}

/** Speaks another language from now on; tells whether the bot will, too. */
export async function chooseLanguage(next: Lang, signedIn: boolean): Promise<boolean> {
  keepLanguage(next);
  if (!signedIn) return true;
  try {
    await api.put("/api/me/language", { body: { language: next } });
    return true;
  } catch {
    return false;
  }
}

function keepLanguage(next: Lang): void {
  setLang(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not kept on this device.
  }
}
