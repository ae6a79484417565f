// The orders of a customer: what is going on, then what is over.

import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { More } from "@/kit/More";
import { Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { useMe, useMyOrders, usePause } from "../api";
import { PauseNotice, RoleChoice, SignIn } from "../Frame";
import { comeFrom } from "../kept";
import { isGoing, phaseOf } from "../model";
import { OrderRow } from "../OrderRow";
import { texts } from "./texts";

/** How often the server is asked while something is going on. */
const ASK_MS = 4_000;

export function MyOrders() {
  const t = useTexts(texts);
  const me = useMe();
  useEffect(() => comeFrom("/services/orders"), []);
  return me === undefined ? (
    <Screen title={t("title")} back="/"><RoleChoice role="customer" /><SignIn /></Screen>
  ) : <Mine ready={me !== null} />;
}

function Mine({ ready }: { ready: boolean }) {
  const t = useTexts(texts);
  const [going, setGoing] = useState(false);
  const list = useMyOrders(ready, going ? ASK_MS : undefined);
  const paused = usePause() !== null;
  const rows = list.rows ?? [];
  const now = rows.filter((order) => isGoing(phaseOf(order)));
  const past = rows.filter((order) => !isGoing(phaseOf(order)));
  useEffect(() => setGoing(now.length > 0), [now.length > 0]);
  const again = () => void setTimeout(() => void list.refetch(), 300);
  return (
    <Screen title={t("title")} back="/" onRefresh={() => list.refetch()}>
      <RoleChoice role="customer" />
      <PauseNotice />
      {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={3} height={118} />) : rows.length === 0 ? (
        <Empty title={t("none")}>
          <p>{t("none_more")}</p>
          {paused ? null : <Link href="/services/new" class="button" data-testid="to-new">{t("create")}</Link>}
        </Empty>
      ) : (
        <>
          <Section title={t("now")}>
            {now.length > 0 ? <Rows>{now.map((order) => <OrderRow order={order} onEnd={again} key={order.id} />)}</Rows> : (
              <div class="card">
                <p class="note">{t("none_now")}</p>
                {paused ? null : <Link href="/services/new" class="button wide" data-testid="to-new">{t("create")}</Link>}
              </div>
            )}
          </Section>
          {past.length > 0 ? (
            <Section title={t("before")}>
              <Rows long>{past.map((order) => <OrderRow order={order} onEnd={again} key={order.id} />)}</Rows>
            </Section>
          ) : null}
          <More list={list} />
        </>
      )}
    </Screen>
  );
}
