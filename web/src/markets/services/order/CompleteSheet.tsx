import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Row, Rows } from "@/kit/Row";
import { Sheet } from "@/kit/Sheet";
import { toast, toastError } from "@/kit/toast";
import { complete, useAct } from "../api";
import type { Order } from "../model";
import { texts } from "./texts";

/** Who of the executors did the job. */
export function CompleteSheet({ order, onClose, onDone }: { order: Order; onClose: () => void; onDone: (executor: number) => void }) {
  const t = useTexts(texts);
  const { moment } = useFormat();
  const act = useAct(order.id, (executor: number) => complete(order.id, executor), (_, executor) => {
    toast(t("completed"));
    onDone(executor);
  }, (error) => {
    toastError(error);
    onClose();
  });
  return (
    <Sheet title={t("complete_title")} onClose={onClose}>
      <Rows>
        {order.taken_by.map((take, n) => (
          <Row key={take.executor_id} title={t("executor", { n: n + 1 })} note={t("taken_at", { time: moment(take.taken_at) })}
            side={act.isPending && act.variables === take.executor_id ? <span class="spinner" aria-hidden="true" /> : null}
            onClick={() => { if (!act.isPending) act.mutate(take.executor_id); }} testId="complete-by" />
        ))}
      </Rows>
    </Sheet>
  );
}
