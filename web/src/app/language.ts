// The language of the page, kept on this device; the person's own choice at the server, which the
// bot speaks too, wins once it is known.

import { langOf, setLang, type Lang } from "@/i18n";
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

export function keepLanguage(next: Lang): void {
  setLang(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not kept on this device.
  }
}
