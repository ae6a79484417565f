// How a balance came to be, line by line, each with its reason.

import { useState } from "preact/hooks";
import { Link } from "wouter";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { More } from "@/kit/More";
import { Row, Rows, Section } from "@/kit/Row";
import { Sheet } from "@/kit/Sheet";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { WALLET, loadLines, type Line } from "./data";
import { aboutLine, signed } from "./lines";
import { texts } from "./texts";

export function Statement({ currency }: { currency: string }) {
  const t = useTexts(texts);
  const [asked, setAsked] = useState<Line>();
  const list = useList<Awaited<ReturnType<typeof loadLines>>, Line>({
    key: [...WALLET, "lines", currency],
    load: (cursor, signal) => loadLines(currency, cursor, signal),
    rows: (page) => page.transactions,
  });
  return (
    <Section title={t("history")}>
      {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={4} />)
        : list.rows.length === 0 ? <Empty title={t("no_lines")}><p>{t("no_lines_hint")}</p></Empty>
          : (
            <>
              <Rows long>{list.rows.map((line) => <LineRow line={line} currency={currency} onWhy={() => setAsked(line)} key={line.seq} />)}</Rows>
              <More list={list} />
            </>
          )}
      {asked ? <Why line={asked} currency={currency} onClose={() => setAsked(undefined)} /> : null}
    </Section>
  );
}

const tone = (amount: string) => (amount.startsWith("-") ? "" : "good");

function LineRow({ line, currency, onWhy }: { line: Line; currency: string; onWhy: () => void }) {
  const t = useTexts(texts);
  const f = useFormat();
  return (
    <Row onClick={onWhy} testId="line" title={t(aboutLine(line).title)} note={f.moment(line.at)}
      side={<><span class={`amount ${tone(line.amount)}`}>{f.money(signed(line.amount), currency)}</span><span class="link-text">{t("why")}</span></>} />
  );
}

function Why({ line, currency, onClose }: { line: Line; currency: string; onClose: () => void }) {
  const t = useTexts(texts);
  const f = useFormat();
  const { title, why, to } = aboutLine(line);
  return (
    <Sheet title={t(title)} onClose={onClose}>
      <p class={`big amount ${tone(line.amount)}`}>{f.money(signed(line.amount), currency)}</p>
      <p data-testid="why">{t(why, { kind: line.kind })}</p>
      <p class="note">{f.moment(line.at)} · {t("was_left", { sum: f.money(line.balance_after, currency) })}</p>
      {to ? <Link href={to} class="button quiet wide" data-testid="why-order">{t("open_order")}</Link> : null}
    </Sheet>
  );
}
