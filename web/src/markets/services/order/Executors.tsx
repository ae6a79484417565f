// Who took the order, and what the customer has said of each.

import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge, Row, Rows, Section } from "@/kit/Row";
import { useCheck } from "../api";
import { keptRated } from "../kept";
import type { Order } from "../model";
import { texts } from "./texts";

export function Executors({ order, mayRate, onRate }: { order: Order; mayRate: boolean; onRate: (executor: number) => void }) {
  const t = useTexts(texts);
  const { moment } = useFormat();
  const check = useCheck(order.id, mayRate);
  const rated = keptRated(order.id);
  // With one executor the server's word is about them.
  const isRated = (executor: number) => rated.includes(executor) || (order.taken_by.length === 1 && check.data?.type === "review");
  return (
    <Section title={t("executors")}>
      <Rows>
        {order.taken_by.map((take, n) => (
          <Row key={take.executor_id} title={t("executor", { n: n + 1 })} note={t("taken_at", { time: moment(take.taken_at) })} testId="executor"
            side={!mayRate ? null : isRated(take.executor_id) ? <Badge tone="good">{t("rated")}</Badge>
              : <Button small look="quiet" onClick={() => onRate(take.executor_id)} testId="rate">{t("rate")}</Button>} />
        ))}
      </Rows>
    </Section>
  );
}
