// The first screen: the markets, what is going on, the money.

import { Suspense } from "preact/compat";
import { useTexts } from "@/i18n";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { markets } from "@/markets";
import { useBootstrap, type Bootstrap } from "./bootstrap";
import { texts } from "./home.texts";
import { queries } from "./queries";

export function Home() {
  const t = useTexts(texts);
  const app = useBootstrap();
  const name = app.data?.me?.first_name;
  return (
    <Screen title={name ? t("hello", { name }) : t("title")} onRefresh={() => queries.invalidateQueries()}>
      <Loaded query={app}>{(data) => <Content app={data} />}</Loaded>
    </Screen>
  );
}

function Content({ app }: { app: Bootstrap }) {
  const t = useTexts(texts);
  const here = markets.filter((market) => app.markets.some((one) => one.name === market.name));
  const pause = (name: string) => app.markets.find((one) => one.name === name)?.paused;
  return (
    <>
      {here.length === 0 ? <Empty title={t("none")} /> : (
        <Section title={t("markets")}>
          <Rows>
            {here.map((market) => {
              const paused = pause(market.name);
              return <Row key={market.name} title={market.title()} note={paused ? <span class="warn">{t("paused", { reason: paused.reason })}</span> : null} to={`/${market.name}`} testId={`market-${market.name}`} />;
            })}
          </Rows>
        </Section>
      )}
      {app.me ? here.map((market) => <Suspense key={market.name} fallback={<Skeleton rows={2} />}><market.Today /></Suspense>) : null}
      {app.me ? (
        <Section title={t("money")}>
          <Rows>
            <Row title={t("balance")} to="/wallet" testId="to-balance" />
            {app.features.ton ? <Row title={t("ton")} to="/wallet/ton" testId="to-ton" /> : null}
          </Rows>
        </Section>
      ) : null}
      <Section>
        <Rows>
          <Row title={t("settings")} to="/settings" testId="to-settings" />
          {app.me && app.me.roles.length > 0 ? <Row title={t("admin")} to="/admin" testId="to-admin" /> : null}
        </Rows>
      </Section>
    </>
  );
}
