// What a market knows of a person, with the market's words.

import type { CardItem, CardPart } from "@/api/admin";
import { useLang, useTexts, type Lang } from "@/i18n";
import { formatDecimal, formatMoney } from "@/i18n/format";
import { Badge } from "@/kit/Row";
import { kitTexts } from "./kit.texts";
import { Amount, Moment } from "./parts";
import { Table } from "./Table";

interface Props {
  part: CardPart;
  fact: (name: string) => string;
  kind: (name: string) => string;
  state: (name: string) => string;
  tone: (state: string) => "plain" | "good" | "bad" | "warn" | "info";
  to: (item: CardItem) => string | undefined;
}

/** A fact is a number or an amount with its currency; both as the language writes them. */
function shown(value: string, language: Lang): string {
  const [, amount, currency] = /^(-?\d+(?:\.\d+)?)(?: ([A-Z]{3}))?$/.exec(value) ?? [];
  if (amount === undefined) return value;
  return currency ? formatMoney(amount, currency, language) : formatDecimal(amount, language);
}

export function PartView({ part, fact, kind, state, tone, to }: Props) {
  const t = useTexts(kitTexts);
  const language = useLang();
  // What never happened needs no tile.
  const facts = part.facts.filter((one) => one.value !== "0");
  if (part.facts.length === 0 && part.items.length === 0) return <div class="card"><p class="note">{t("never")}</p></div>;
  return (
    <>
      {facts.length > 0 ? (
        <dl class="tiles">{facts.map((one) => <div class="tile" key={one.name}><dt class="note">{fact(one.name)}</dt><dd class="value">{shown(one.value, language)}</dd></div>)}</dl>
      ) : null}
      {part.items.length > 0 ? (
        <Table label={t("latest")} rows={part.items} rowKey={(item) => `${item.kind}/${item.id}`} to={to} columns={[
          { head: t("what"), lead: true, cell: (item) => item.title },
          { head: t("kind"), cell: (item) => kind(item.kind) },
          { head: t("state"), cell: (item) => <Badge tone={tone(item.state)}>{state(item.state)}</Badge> },
          { head: t("sum"), number: true, cell: (item) => (item.amount ? <Amount value={item.amount} {...(item.currency ? { currency: item.currency } : {})} /> : null) },
          { head: t("when"), cell: (item) => <Moment at={item.at} /> },
        ]} />
      ) : null}
    </>
  );
}
