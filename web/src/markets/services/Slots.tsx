import { useTexts } from "@/i18n";
import { SLOTS } from "./model";
import { texts } from "./texts";

/** How many of the three places are gone. */
export function Slots({ taken }: { taken: number }) {
  const t = useTexts(texts);
  return (
    <span class="svc-slots" role="img" aria-label={t("slots", { n: taken })}>
      {Array.from({ length: SLOTS }, (_, n) => <i class={n < taken ? "on" : ""} key={n} />)}
      <span aria-hidden="true">{t("slots_short", { n: taken })}</span>
    </span>
  );
}
