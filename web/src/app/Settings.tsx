import { useLang, useTexts, type Lang } from "@/i18n";
import { Copy } from "@/kit/Copy";
import { Segments } from "@/kit/Field";
import { Icon } from "@/kit/Icon";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { toast } from "@/kit/toast";
import { markets } from "@/markets";
import { openLink } from "@/telegram/host";
import { useBootstrap } from "./bootstrap";
import { texts } from "./home.texts";
import { chooseLanguage } from "./language";
import { queries } from "./queries";

const LANGUAGES: readonly { value: Lang; text: string }[] = [
  { value: "ru", text: "Русский" },
  { value: "en", text: "English" },
];

export default function Settings() {
  const t = useTexts(texts);
  const app = useBootstrap();
  const me = app.data?.me;
  const bot = app.data?.bot_username;
  const places = markets.filter((market) => app.data?.markets.some((one) => one.name === market.name)).flatMap((market) => (market.settings ? [market.settings] : []));
  const choose = async (next: Lang) => {
    if (!(await chooseLanguage(next, me != null))) toast(t("language_unsaved"), true);
  };
  return (
    <Screen title={t("settings")} back="/" onRefresh={() => queries.invalidateQueries({ queryKey: ["app"] })}>
      <Section title={t("language")} note={me ? t("language_note") : undefined}>
        <Segments label={t("language")} value={useLang()} options={LANGUAGES} onChange={(next) => void choose(next)} />
      </Section>
      {me && places.length > 0 ? (
        <Section>
          <Rows>{places.map((place) => <Row key={place.path} icon={<Icon name="bell" />} title={place.title()} note={place.note()} to={place.path} />)}</Rows>
        </Section>
      ) : null}
      {me ? (
        <Section title={t("you")}>
          <div class="card">
            <p>{[me.first_name, me.last_name].filter(Boolean).join(" ")}{me.username ? <span class="row-note"> @{me.username}</span> : null}</p>
            <Copy text={String(me.id)} label={t("your_id")} />
          </div>
        </Section>
      ) : null}
      {bot ? <Rows><Row icon={<Icon name="user" />} title={t("bot")} note={`@${bot}`} onClick={() => openLink(`https://t.me/${bot}`)} /></Rows> : null}
    </Screen>
  );
}
