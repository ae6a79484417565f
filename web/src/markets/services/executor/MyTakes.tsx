// The orders that an executor has paid for, and whether the money came back.

import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { More } from "@/kit/More";
import { Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { useMe, useMyTakes, useRefunds } from "../api";
import { RoleChoice, SignIn } from "../Frame";
import { comeFrom } from "../kept";
import { isGoing, phaseOf, type Order } from "../model";
import { OrderRow } from "../OrderRow";
import { texts } from "./texts";

const ASK_MS = 4_000;

export function MyTakes() {
  const t = useTexts(texts);
  const me = useMe();
  useEffect(() => comeFrom("/services/takes"), []);
  return me === undefined ? (
    <Screen title={t("title")} back="/"><RoleChoice role="executor" /><SignIn /></Screen>
  ) : <Takes ready={me !== null} />;
}

function Takes({ ready }: { ready: boolean }) {
  const t = useTexts(texts);
  const [going, setGoing] = useState(false);
  const list = useMyTakes(ready, going ? ASK_MS : undefined);
  const refunds = useRefunds(ready);
  const rows = list.rows ?? [];
  const now = rows.filter((order) => isGoing(phaseOf(order)));
  const past = rows.filter((order) => !isGoing(phaseOf(order)));
  useEffect(() => setGoing(now.length > 0), [now.length > 0]);
  // What is over may have brought money back.
  useEffect(() => void (past.length > 0 && refunds.refetch()), [past.length]);
  const again = () => void setTimeout(() => void list.refetch(), 300);
  return (
    <Screen title={t("title")} back="/" onRefresh={() => Promise.all([list.refetch(), refunds.refetch()])}>
      <RoleChoice role="executor" />
      {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={3} height={118} />) : rows.length === 0 ? (
        <Empty title={t("none")}><p>{t("none_more")}</p><Link href="/services/feed" class="button">{t("to_feed")}</Link></Empty>
      ) : (
        <>
          <Section title={t("now")}>
            {now.length > 0 ? <Rows>{now.map((order) => <OrderRow order={order} onEnd={again} key={order.id} />)}</Rows>
              : <div class="card"><p class="note">{t("none_now")}</p></div>}
          </Section>
          {past.length > 0 ? (
            <Section title={t("before")}>
              <Rows long>{past.map((order) => <OrderRow order={order} onEnd={again} result={<Result order={order} back={refunds.data?.get(order.id)} />} key={order.id} />)}</Rows>
            </Section>
          ) : null}
          <More list={list} />
        </>
      )}
    </Screen>
  );
}

function Result({ order, back }: { order: Order; back: number | undefined }) {
  const t = useTexts(texts);
  const { money } = useFormat();
  if (back !== undefined && back > 0) return <span class="good" data-testid="refunded">{t("refunded", { amount: money(back) })}</span>;
  if (phaseOf(order) === "refunded") return <span class="good">{t("money_back")}</span>;
  return <span>{order.city}</span>;
}
