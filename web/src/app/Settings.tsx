import { useLang, useTexts, type Lang } from "@/i18n";
import { Segments } from "@/kit/Field";
import { Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { texts } from "./home.texts";
import { keepLanguage } from "./language";

const LANGUAGES: readonly { value: Lang; text: string }[] = [
  { value: "ru", text: "Русский" },
  { value: "en", text: "English" },
];

export default function Settings() {
  const t = useTexts(texts);
  return (
    <Screen title={t("settings")} back="/">
      <Section title={t("language")}>
        <Segments label={t("language")} value={useLang()} options={LANGUAGES} onChange={keepLanguage} />
      </Section>
    </Screen>
  );
}
