import * as z from "zod/mini";
import { api } from "@/api/client";
import { isCode } from "@/api/errors";
import { useForm } from "@/app/form";
import { text, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Stars, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { tick } from "@/telegram/host";
import { forget } from "../api";
import { keepRated } from "../kept";
import { commentRule } from "./comment";
import { texts } from "./texts";

type Values = { rating: number; comment: string };

const rules = z.object({
  rating: z.number().check(z.minimum(1, { error: () => text(texts, "pick_stars") })),
  comment: commentRule,
});

/** What the customer says about one of the executors. */
export function ReviewSheet({ order, executor, name, onClose }: { order: string; executor: number; name: string; onClose: () => void }) {
  const t = useTexts(texts);
  const done = () => {
    keepRated(order, executor);
    forget(order);
    onClose();
  };
  const form = useForm<Values, unknown>({
    initial: { rating: 0, comment: "" },
    schema: rules,
    send: (values) => api.post("/api/reviews/client", { body: { order_id: order, executor_id: executor, ...values } }),
    onDone: () => {
      toast(t("rate_done"));
      done();
    },
    onError: (error) => {
      if (isCode(error, "already_reviewed")) done();
      return false;
    },
  });
  const { problem, value } = form.field("rating");
  return (
    <Sheet title={t("rate_title")} onClose={onClose}>
      <p class="note">{name}</p>
      <div class="svc-rate">
        <Stars label={t("rate_stars")} value={value} onChange={(stars) => { tick(); form.set("rating", stars); }} />
        {problem ? <p class="problem" role="alert">{problem}</p> : null}
      </div>
      <TextArea {...form.field("comment")} label={t("comment")} placeholder={t("comment_hint")} />
      <Button wide busy={form.busy} onClick={form.submit} testId="review-send">{t("rate_send")}</Button>
    </Sheet>
  );
}
