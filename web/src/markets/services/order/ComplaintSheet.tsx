import * as z from "zod/mini";
import { api } from "@/api/client";
import { isCode } from "@/api/errors";
import { useForm } from "@/app/form";
import { text, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Choices, TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast } from "@/kit/toast";
import { forget } from "../api";
import { commentRule } from "./comment";
import { texts } from "./texts";

const REASONS = [
  ["Не отвечал", "no_answer"],
  ["Отменил заказ", "cancelled"],
  ["Неадекватное поведение", "behaviour"],
  ["Ложная информация", "false_information"],
  ["Другое", "reason_other"],
] as const;

type Values = { complaint: string; comment: string };

const rules = z.object({
  complaint: z.string().check(z.minLength(1, { error: () => text(texts, "pick_reason") })),
  comment: commentRule,
});

/** What an executor says against an order that they took. */
export function ComplaintSheet({ order, onClose }: { order: string; onClose: () => void }) {
  const t = useTexts(texts);
  const form = useForm<Values, unknown>({
    initial: { complaint: "", comment: "" },
    schema: rules,
    send: (values) => api.post("/api/reviews/executor", { body: { order_id: order, ...values } }),
    onDone: () => {
      toast(t("complained"));
      forget(order);
      onClose();
    },
    onError: (error) => {
      if (isCode(error, "already_complained")) {
        forget(order);
        onClose();
      }
      return false;
    },
  });
  const reason = form.field("complaint");
  return (
    <Sheet title={t("complain_title")} onClose={onClose}>
      <Choices label={t("complain_reason")} value={reason.value || null} problem={reason.problem} onChange={reason.onChange} options={REASONS.map(([value, key]) => ({ value, text: t(key) }))} />
      <TextArea {...form.field("comment")} label={t("comment")} placeholder={t("comment_hint")} />
      <Button wide busy={form.busy} onClick={form.submit} testId="complaint-send">{t("complain_send")}</Button>
    </Sheet>
  );
}
