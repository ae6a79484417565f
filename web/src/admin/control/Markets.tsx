// Closing a market for new business, and opening it again.

import { api } from "@/api/client";
import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Loaded } from "@/kit/State";
import { markets } from "@/markets";
import { Link } from "wouter";
import { refreshAdmin, useAction, useDeed } from "../kit/Act";
import { Moment } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { controlTexts } from "./control.texts";

interface Shown {
  name: string;
  paused?: null | { reason: string; since: string };
}

export default function Markets() {
  const t = useTexts(controlTexts);
  const app = useBootstrap();
  const why = useStaff().why("moderator");
  return (
    <Screen title={t("markets")} back="/admin" onRefresh={refreshAdmin}>
      {why ? <p class="note">{why}</p> : null}
      <Loaded query={app}>{(data) => <div class="columns">{data.markets.map((one) => <Market key={one.name} market={one} why={why} />)}</div>}</Loaded>
    </Screen>
  );
}

function Market({ market, why }: { market: Shown; why: string | undefined }) {
  const t = useTexts(controlTexts);
  const [deed, deedDialog] = useDeed();
  const [ask, askDialog] = useConfirm();
  const action = useAction();
  const name = markets.find((one) => one.name === market.name)?.title() ?? market.name;
  const path = { path: { name: market.name } };
  const close = () => deed({
    title: t("close_title", { name }), about: <p>{t("close_about")}</p>, yes: t("close"), danger: true, label: t("close_label"), done: t("close_done"),
    send: (reason) => api.put("/api/admin/markets/{name}/pause", { params: path, body: { reason } }),
  });
  const open = async () => {
    if (await ask({ title: t("reopen_ask", { name }), yes: t("reopen") })) action.run(() => api.delete("/api/admin/markets/{name}/pause", { params: path }), t("reopen_done"));
  };
  return (
    <div class="card" data-testid={`market-${market.name}`}>
      <div class="line">
        <h2>{name}</h2>
        <span class="end">{market.paused ? <Badge tone="warn">{t("closed")}</Badge> : <Badge tone="good">{t("open")}</Badge>}</span>
      </div>
      {market.paused ? (
        <>
          <p class="quote">{market.paused.reason}</p>
          <p class="note">{t("since")} <Moment at={market.paused.since} /></p>
        </>
      ) : null}
      <div class="buttons">
        {market.paused
          ? <Button disabled={why !== undefined} busy={action.busy} onClick={() => void open()} testId={`reopen-${market.name}`}>{t("reopen")}</Button>
          : <Button look="danger" disabled={why !== undefined} onClick={close} testId={`close-${market.name}`}>{t("close")}</Button>}
        <Link href={`/admin/settings/${market.name}.paused`} class="button link">{t("history")}</Link>
      </div>
      {deedDialog}{askDialog}
    </div>
  );
}
