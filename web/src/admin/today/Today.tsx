// The first page: what waits for a person, and on a phone the way to everything else.

import { useBootstrap } from "@/app/bootstrap";
import { now } from "@/app/clock";
import { formatNumber, useLang, useTexts } from "@/i18n";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { refreshAdmin } from "../kit/Act";
import { formatAge } from "../kit/dates";
import { marketsHere } from "../menu";
import { MenuList } from "../Menu";
import { useToday } from "../today";
import { useWide } from "../wide";
import { queuePlace } from "./places";
import { todayTexts } from "./today.texts";

export default function Today() {
  const t = useTexts(todayTexts);
  const language = useLang();
  const wide = useWide();
  const today = useToday();
  const markets = marketsHere(useBootstrap().data);
  const age = (at: string) => formatAge((now() - Date.parse(at)) / 1000, language);
  const name = (market: string) => markets.find((one) => one.name === market)?.title() ?? market;
  return (
    <Screen title={t("title")} back="/" onRefresh={refreshAdmin}>
      <Loaded query={today} skeleton={<Skeleton rows={3} />}>
        {({ queue, paused }) => (
          <>
            {paused.length > 0 ? (
              <Section title={t("paused")}>
                <Rows>
                  {paused.map((one) => <Row key={one.market} title={<span class="warn">{name(one.market)}</span>} note={<>{one.reason}<br />{t("since", { age: age(one.since) })}</>} to="/admin/markets" testId={`paused-${one.market}`} />)}
                </Rows>
              </Section>
            ) : null}
            <Section title={t("waits")}>
              {queue.length === 0 ? <div class="card"><Empty title={t("clear")}><p>{t("clear_note")}</p></Empty></div> : (
                <Rows>
                  {queue.map((one) => {
                    const place = queuePlace(one.name, markets);
                    return (
                      <Row key={one.name} title={place?.title ?? one.name} note={one.oldest_at ? t("age", { age: age(one.oldest_at) }) : undefined}
                        side={<span class="count">{formatNumber(one.count, language)}</span>} {...(place ? { to: place.path } : {})} testId={`waits-${one.name}`} />
                    );
                  })}
                </Rows>
              )}
            </Section>
          </>
        )}
      </Loaded>
      {wide ? null : <MenuList />}
    </Screen>
  );
}
