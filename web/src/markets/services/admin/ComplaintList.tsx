import "./errors";
import { api } from "@/api/client";
import type { AdminComplaint } from "@/api/admin";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge } from "@/kit/Row";
import { useDeed } from "@/admin/kit/Act";
import { Moment, PersonLink, Who } from "@/admin/kit/parts";
import { useStaff } from "@/admin/kit/staff";
import { Table, type Column } from "@/admin/kit/Table";
import { adminTexts } from "./admin.texts";
import { toneOf, useWords } from "./words";

/** Complaints; `onOrder` on the page of their order. */
export function ComplaintList({ rows, onOrder }: { rows: readonly AdminComplaint[]; onOrder?: boolean }) {
  const t = useTexts(adminTexts);
  const words = useWords();
  const why = useStaff().why("moderator");
  const [deed, dialog] = useDeed();
  const resolve = (one: AdminComplaint) => deed({
    title: t("resolve"), yes: t("resolve"), label: t("resolve_label"), done: t("resolve_done"),
    about: <><strong>{words.reason(one.reason)}</strong>{one.comment ? <p class="quote">{one.comment}</p> : null}<p class="note">{t("resolve_about")}</p></>,
    send: (resolution) => api.post("/api/admin/services/complaints/{id}/resolve", { params: { path: { id: one.id } }, body: { resolution } }),
  });
  const columns: Column<AdminComplaint>[] = [
    { head: t("complaint"), lead: true, cell: (one) => words.reason(one.reason) },
    { head: t("comment"), plain: true, cell: (one) => one.comment },
    { head: t("state"), cell: (one) => (
      <>
        <Badge tone={toneOf(one.state)}>{words.status(one.state)}</Badge>
        {one.resolution ? <><br />{one.resolution}<br /><span class="note"><Who by={one.resolved_by} /> · <Moment at={one.resolved_at} /></span></> : null}
      </>
    ) },
    { head: t("executor"), cell: (one) => <PersonLink id={one.executor_id} name={one.executor_name} /> },
    { head: t("customer"), cell: (one) => <PersonLink id={one.customer_id} /> },
    { head: t("created"), cell: (one) => <Moment at={one.created_at} /> },
    { head: "", acts: true, cell: (one) => (one.state === "open" ? (
      <span class="buttons"><Button small disabled={why !== undefined} onClick={() => resolve(one)} label={`${t("resolve")}: ${words.reason(one.reason)}, ${one.executor_name}`} testId={`resolve-${one.id}`}>{t("resolve")}</Button></span>
    ) : null) },
  ];
  return (
    <>
      <Table label={t("complaints")} rows={rows} rowKey={(one) => one.id} columns={columns} {...(onOrder ? {} : { to: (one: AdminComplaint) => `/admin/services/orders/${one.order_id}` })} testId="complaints" />
      {dialog}
    </>
  );
}
