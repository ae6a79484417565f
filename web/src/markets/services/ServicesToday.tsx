// What goes on in this market for the person on the first screen: orders with their countdowns, and
// takes that wait for an answer.

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "preact/hooks";
import { api } from "@/api/client";
import { messages, useTexts } from "@/i18n";
import { Row, Rows, Section } from "@/kit/Row";
import { Skeleton } from "@/kit/State";
import { keys } from "./api";
import { comeFrom } from "./kept";
import { isGoing, phaseOf, type Order } from "./model";
import { names } from "./names";
import { OrderRow } from "./OrderRow";
import "./services.css";

const texts = messages({
  ru: { need: "Что-то сломалось?", need_note: "Исполнители рядом напишут вам сами", mine: "{title}: мои заказы", takes: "{title}: взятые" },
  en: { need: "Something broken?", need_note: "People nearby will write to you", mine: "{title}: my orders", takes: "{title}: taken" },
});

const SHOWN = 5;
/** Among so many of the newest; what goes on is never older than the hour. */
const LOOKED_AT = 20;
/** How often the server is asked. */
const ASK_MS = 10_000;

async function load(signal: AbortSignal) {
  const list = (whose: { mine: true } | { taken_by_me: true }) => api.get("/api/orders", { params: { query: { ...whose, status: "all", limit: LOOKED_AT } }, signal });
  const [mine, takes] = await Promise.all([list({ mine: true }), list({ taken_by_me: true })]);
  // What waits for an answer comes first.
  const waits = (order: Order) => Number(["waiting", "late"].includes(phaseOf(order)));
  const going = (page: typeof mine) => page.orders.filter((order) => isGoing(phaseOf(order))).sort((a, b) => waits(b) - waits(a)).slice(0, SHOWN);
  return { mine: going(mine), takes: going(takes) };
}

export default function ServicesToday() {
  const t = useTexts(texts);
  const n = useTexts(names);
  useEffect(() => comeFrom("/"), []);
  const query = useQuery({ queryKey: keys.today, queryFn: ({ signal }) => load(signal), refetchInterval: ASK_MS });
  if (query.data === undefined) return query.error ? null : <Skeleton rows={1} />;
  const { mine, takes } = query.data;
  const again = () => void setTimeout(() => void query.refetch(), 300);
  if (mine.length + takes.length === 0) return <Rows><Row title={t("need")} note={t("need_note")} to="/services/new" testId="services-new" /></Rows>;
  return (
    <>
      {mine.length > 0 ? <Section title={t("mine", { title: n("title") })}><Rows>{mine.map((order) => <OrderRow order={order} onEnd={again} key={order.id} />)}</Rows></Section> : null}
      {takes.length > 0 ? <Section title={t("takes", { title: n("title") })}><Rows>{takes.map((order) => <OrderRow order={order} onEnd={again} key={order.id} />)}</Rows></Section> : null}
    </>
  );
}
