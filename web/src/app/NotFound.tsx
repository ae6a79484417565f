import { Link } from "wouter";
import { common } from "@/i18n/common";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";

export function NotFound() {
  const t = useTexts(common);
  return (
    <Screen title={t("not_found")} back="/">
      <Link href="/" class="button quiet">{t("home")}</Link>
    </Screen>
  );
}
