// Everything about one person: who they are, what they have, what they did, what the staff says.

import { useQuery } from "@tanstack/react-query";
import { Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import { useParams } from "wouter";
import { api } from "@/api/client";
import type { PersonCard } from "@/api/admin";
import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Badge, Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Loaded, Skeleton } from "@/kit/State";
import { refreshAdmin, useAction, useDeed } from "../kit/Act";
import { Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { marketsHere } from "../menu";
import { Adjust, type Currency } from "./Adjust";
import { fullName } from "./name";
import { Notes } from "./Notes";
import { peopleTexts } from "./people.texts";

export default function PersonPage() {
  const t = useTexts(peopleTexts);
  const id = Number(useParams<{ id: string }>().id);
  const card = useQuery({ queryKey: ["admin", "person", id], queryFn: ({ signal }) => api.get("/api/admin/users/{user_id}", { params: { path: { user_id: id } }, signal }) });
  return (
    <Screen title={card.data ? fullName(card.data.person) : t("card")} back="/admin/people" onRefresh={refreshAdmin}>
      <Loaded query={card} skeleton={<><Skeleton rows={2} height={110} /><Skeleton rows={4} /></>}>{(data) => <Content card={data} />}</Loaded>
    </Screen>
  );
}

function Content({ card }: { card: PersonCard }) {
  const app = useBootstrap();
  const here = marketsHere(app.data);
  return (
    <>
      <div class="columns">
        <Identity card={card} />
        <Money card={card} ton={app.data?.features.ton ?? false} />
      </div>
      {card.parts.map((part) => {
        const market = here.find((one) => one.name === part.market);
        if (!market?.Card) return null;
        return <Section key={part.market} title={market.title()}><Suspense fallback={<Skeleton rows={3} />}><market.Card part={part} /></Suspense></Section>;
      })}
      <Notes user={card.person.id} notes={card.notes} />
    </>
  );
}

function Identity({ card: { person, block } }: { card: PersonCard }) {
  const t = useTexts(peopleTexts);
  const staff = useStaff();
  const [deed, deedDialog] = useDeed();
  const [ask, askDialog] = useConfirm();
  const action = useAction();
  const path = { user_id: person.id };
  const why = staff.why("moderator");
  const shut = () => deed({
    title: `${t("block")}: ${fullName(person)}`, about: <p>{t("block_about")}</p>, yes: t("block_yes"), danger: true, done: t("block_done"),
    send: (reason) => api.put("/api/admin/users/{user_id}/block", { params: { path }, body: { reason } }),
  });
  const open = async () => {
    if (await ask({ title: t("unblock_ask"), yes: t("unblock") })) action.run(() => api.delete("/api/admin/users/{user_id}/block", { params: { path } }), t("unblock_done"));
  };
  return (
    <div class="card">
      <div class="line">
        {person.blocked ? <Badge tone="bad">{t("blocked")}</Badge> : <Badge tone="good">{t("active")}</Badge>}
        {person.roles.map((role) => <Badge key={role} tone="info">{staff.roleName(role)}</Badge>)}
      </div>
      <dl class="facts">
        <dt>{t("id")}</dt><dd class="amount">{person.id}</dd>
        {person.username ? <><dt>{t("username")}</dt><dd>@{person.username}</dd></> : null}
        {person.language ? <><dt>{t("language")}</dt><dd>{person.language}</dd></> : null}
        <dt>{t("came")}</dt><dd><Moment at={person.created_at} /></dd>
        {person.last_seen_at ? <><dt>{t("seen")}</dt><dd><Moment at={person.last_seen_at} /></dd></> : null}
        {block?.reason ? <><dt>{t("block_why")}</dt><dd>{block.reason}</dd></> : null}
        {block?.by ? <><dt>{t("block_by")}</dt><dd><Who by={block.by} /></dd></> : null}
      </dl>
      <div class="buttons">
        {person.blocked ? (
          <Button look="quiet" disabled={why !== undefined} busy={action.busy} onClick={() => void open()} testId="unblock">{t("unblock")}</Button>
        ) : (
          <Button look="danger" disabled={why !== undefined} onClick={shut} testId="block">{t("block")}</Button>
        )}
      </div>
      {why ? <p class="note">{why}</p> : null}
      {deedDialog}{askDialog}
    </div>
  );
}

function Money({ card, ton }: { card: PersonCard; ton: boolean }) {
  const t = useTexts(peopleTexts);
  const { money } = useFormat();
  const staff = useStaff();
  const [open, setOpen] = useState(false);
  const why = staff.why("finance");
  const currencies: Currency[] = ton ? ["RUB", "TON"] : ["RUB"];
  return (
    <div class="section">
      <Rows>
        {card.balances.length === 0 ? <Row title={t("no_money")} /> : card.balances.map((one) => (
          <Row key={one.account} title={one.currency} note={/[1-9]/.test(one.held) ? t("held", { amount: money(one.held, one.currency) }) : undefined} side={<strong class="amount big">{money(one.amount, one.currency)}</strong>} />
        ))}
        <Row title={t("history")} to={`/admin/people/${card.person.id}/ledger`} testId="person-ledger" />
        <Row title={t("adjustments")} to={`/admin/people/${card.person.id}/adjustments`} testId="person-adjustments" />
      </Rows>
      <div class="buttons"><Button look="quiet" disabled={why !== undefined} onClick={() => setOpen(true)} testId="adjust">{t("adjust")}</Button></div>
      {why ? <p class="note">{why}</p> : null}
      {open ? <Adjust person={card.person} currencies={currencies} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}
