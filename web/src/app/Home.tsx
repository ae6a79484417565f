// The first screen: the money, the markets, what is going on in them.

import { Suspense } from "preact/compat";
import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Icon } from "@/kit/Icon";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { markets } from "@/markets";
import { openLink } from "@/telegram/host";
import { inCurrency, useWallet } from "@/wallet/data";
import { useBootstrap, type Bootstrap } from "./bootstrap";
import { texts } from "./home.texts";
import { queries } from "./queries";

export function Home() {
  const t = useTexts(texts);
  const app = useBootstrap();
  const name = app.data?.me?.first_name.trim();
  const side = <Link href="/settings" class="icon-button" aria-label={t("settings")} data-testid="to-settings"><Icon name="settings" /></Link>;
  return (
    <Screen title={name ? t("hello", { name }) : t("title")} side={side} onRefresh={() => queries.invalidateQueries()}>
      <Loaded query={app} skeleton={<><Skeleton rows={1} height={76} /><Skeleton rows={2} height={64} /></>}>{(data) => <Content app={data} />}</Loaded>
    </Screen>
  );
}

function Content({ app }: { app: Bootstrap }) {
  const t = useTexts(texts);
  const here = markets.filter((market) => app.markets.some((one) => one.name === market.name));
  const pause = (name: string) => app.markets.find((one) => one.name === name)?.paused;
  const isStaff = (app.me?.roles.length ?? 0) > 0;
  return (
    <>
      {app.me ? <Money hasTon={app.features.ton} /> : <Guest bot={app.bot_username} />}
      {here.length === 0 ? <Empty title={t("none")}><p>{t("none_hint")}</p></Empty> : (
        <Section title={t("markets")}>
          <Rows>
            {here.map((market) => {
              const paused = pause(market.name);
              return <Row key={market.name} icon={<Icon name={market.icon} />} title={<strong>{market.title()}</strong>} note={paused ? <span class="warn">{t("paused", { reason: paused.reason })}</span> : market.note?.()} to={`/${market.name}`} testId={`market-${market.name}`} />;
            })}
            {isStaff ? <Row icon={<Icon name="shield" />} title={<strong>{t("admin")}</strong>} to="/admin" testId="to-admin" /> : null}
          </Rows>
        </Section>
      )}
      {/* Below everything else: it comes later, and nothing moves when it does. */}
      {app.me ? here.map((market) => <Suspense key={market.name} fallback={null}><market.Today /></Suspense>) : null}
    </>
  );
}

function Money({ hasTon }: { hasTon: boolean }) {
  const t = useTexts(texts);
  const f = useFormat();
  const wallet = useWallet().data;
  const ton = wallet === undefined ? undefined : inCurrency(wallet, "TON").available;
  return (
    <div class="rows">
      <div class="money">
        <Link href="/wallet" class="money-main" data-testid="to-balance">
          <span class="row-note">{t("balance")}</span>
          {wallet === undefined ? <span class="big bone" aria-hidden="true" /> : <span class="big amount">{f.money(inCurrency(wallet, "RUB").available)}</span>}
        </Link>
        <Link href="/wallet?topup=1" class="button small" data-testid="home-top-up">{t("top_up")}</Link>
      </div>
      {hasTon ? <Row title={t("ton")} side={<span class="amount">{ton === undefined ? "" : f.money(ton, "TON")}</span>} to="/wallet/ton" testId="to-ton" /> : null}
    </div>
  );
}

function Guest({ bot }: { bot: string }) {
  const t = useTexts(texts);
  return (
    <div class="card">
      <p>{t("guest")}</p>
      {bot ? <button type="button" class="button wide" onClick={() => openLink(`https://t.me/${bot}`)}>{t("open_bot")}</button> : null}
    </div>
  );
}
