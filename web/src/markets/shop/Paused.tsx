import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { texts } from "./catalogue.texts";

/** Why the shop takes no orders at the moment; nothing when it does. */
export function usePaused(): string | undefined {
  return useBootstrap().data?.markets.find((market) => market.name === "shop")?.paused?.reason;
}

export function Paused() {
  const t = useTexts(texts);
  const reason = usePaused();
  return reason === undefined ? null : <p class="banner warn" role="status">{t("paused", { reason })}</p>;
}
