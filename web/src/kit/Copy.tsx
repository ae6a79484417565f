// Something to be taken along as it is: an address, a key.

import { useState } from "preact/hooks";
import { messages, useTexts } from "@/i18n";
import { tick } from "@/telegram/host";
import { toast } from "./toast";

const texts = messages({
  ru: { copy: "Копировать", copied: "Скопировано", by_hand: "Не получилось скопировать: выделите текст и скопируйте сами" },
  en: { copy: "Copy", copied: "Copied", by_hand: "Could not copy: select the text and copy it yourself" },
});

/** Puts `text` on the clipboard; a webview that has none of its own gets the old way. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hidden";
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** The text with a button that copies it. */
export function Copy({ text, label, testId }: { text: string; label: string; testId?: string }) {
  const t = useTexts(texts);
  const [done, setDone] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return toast(t("by_hand"), true);
    tick();
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <div class="copy" data-testid={testId}>
      <div class="copy-main"><span class="row-note">{label}</span><code>{text}</code></div>
      <button type="button" class="button quiet small" aria-label={`${t("copy")}: ${label}`} onClick={() => void copy()}>
        <span aria-live="polite">{done ? t("copied") : t("copy")}</span>
      </button>
    </div>
  );
}
