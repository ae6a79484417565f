import { api } from "@/api/client";
import type { AdminReview } from "@/api/admin";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Stars } from "@/kit/Field";
import { Badge } from "@/kit/Row";
import { useConfirm } from "@/kit/Sheet";
import { useAction, useDeed } from "@/admin/kit/Act";
import { Moment, PersonLink, Who } from "@/admin/kit/parts";
import { useStaff } from "@/admin/kit/staff";
import { Table, type Column } from "@/admin/kit/Table";
import { adminTexts } from "./admin.texts";

/** Reviews; `onOrder` on the page of their order. */
export function ReviewList({ rows, onOrder }: { rows: readonly AdminReview[]; onOrder?: boolean }) {
  const t = useTexts(adminTexts);
  const why = useStaff().why("moderator");
  const [deed, deedDialog] = useDeed();
  const [ask, askDialog] = useConfirm();
  const action = useAction();
  const path = (one: AdminReview) => ({ path: { id: one.id } });
  const hide = (one: AdminReview) => deed({
    title: t("hide"), yes: t("hide"), danger: true, done: t("hide_done"),
    about: <><Stars value={one.rating} label={t("stars", { n: one.rating })} />{one.comment ? <p class="quote">{one.comment}</p> : null}<p class="note">{t("hide_about")}</p></>,
    send: (reason) => api.put("/api/admin/services/reviews/{id}/hide", { params: path(one), body: { reason } }),
  });
  const show = async (one: AdminReview) => {
    if (await ask({ title: t("show_ask"), text: one.comment ?? "", yes: t("show") })) action.run(() => api.delete("/api/admin/services/reviews/{id}/hide", { params: path(one) }), t("show_done"));
  };
  const columns: Column<AdminReview>[] = [
    { head: t("rating"), lead: true, cell: (one) => <Stars value={one.rating} label={t("stars", { n: one.rating })} /> },
    { head: t("comment"), plain: true, cell: (one) => one.comment },
    { head: t("executor"), cell: (one) => <PersonLink id={one.executor_id} name={one.executor_name} /> },
    { head: t("author"), cell: (one) => <PersonLink id={one.author_id} name={one.author_name} /> },
    { head: t("created"), cell: (one) => <Moment at={one.created_at} /> },
    { head: t("hidden_one"), cell: (one) => (one.hidden ? <><Badge tone="warn">{t("hidden_one")}</Badge> {one.hidden.reason}<br /><span class="note"><Who by={one.hidden.by} /> · <Moment at={one.hidden.at} /></span></> : null) },
    { head: "", acts: true, cell: (one) => (
      <span class="buttons">
        {one.hidden
          ? <Button small look="quiet" disabled={why !== undefined || action.busy} onClick={() => void show(one)} label={`${t("show")}: ${one.comment ?? one.id}`} testId={`show-${one.id}`}>{t("show")}</Button>
          : <Button small look="danger" disabled={why !== undefined} onClick={() => hide(one)} label={`${t("hide")}: ${one.comment ?? one.id}`} testId={`hide-${one.id}`}>{t("hide")}</Button>}
      </span>
    ) },
  ];
  return (
    <>
      <Table label={t("reviews")} rows={rows} rowKey={(one) => one.id} columns={columns} {...(onOrder ? {} : { to: (one: AdminReview) => `/admin/services/orders/${one.order_id}` })} testId="reviews" />
      {deedDialog}{askDialog}
    </>
  );
}
