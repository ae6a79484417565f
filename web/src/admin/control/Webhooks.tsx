// Addresses that are told of events.

import { useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Empty, Loaded } from "@/kit/State";
import { useAction } from "../kit/Act";
import { Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { Table, type Column } from "../kit/Table";
import { controlTexts } from "./control.texts";
import { NewWebhook, Secret } from "./NewWebhook";

type Hook = Awaited<ReturnType<typeof load>>["webhooks"][number];

const load = (signal?: AbortSignal) => api.get("/api/admin/webhooks", { signal });

export default function Webhooks() {
  const t = useTexts(controlTexts);
  const why = useStaff().why();
  const action = useAction();
  const [ask, dialog] = useConfirm();
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const hooks = useQuery({ queryKey: ["admin", "webhooks"], queryFn: ({ signal }) => load(signal) });
  const path = (hook: Hook) => ({ params: { path: { id: hook.id } } });

  const flip = (hook: Hook) => action.run(() => api.patch("/api/admin/webhooks/{id}", { ...path(hook), body: { is_active: !hook.is_active } }), t(hook.is_active ? "off" : "active"));
  const rotate = async (hook: Hook) => {
    if (!(await ask({ title: t("rotate_ask"), text: t("rotate_about"), yes: t("rotate"), danger: true }))) return;
    action.run(async () => setSecret((await api.post("/api/admin/webhooks/{id}/rotate", path(hook))).secret));
  };
  const remove = async (hook: Hook) => {
    if (await ask({ title: t("remove_ask"), text: hook.url, yes: t("remove"), danger: true })) action.run(() => api.delete("/api/admin/webhooks/{id}", path(hook)), t("removed"));
  };

  const columns: Column<Hook>[] = [
    { head: t("url"), lead: true, cell: (hook) => <span class="mono">{hook.url}</span> },
    { head: t("state"), cell: (hook) => (hook.is_active ? <Badge tone="good">{t("active")}</Badge> : <><Badge tone="warn">{t("off")}</Badge> {hook.disabled_reason}</>) },
    { head: t("topics"), cell: (hook) => <span class="mono">{hook.topics.join(", ")}</span> },
    { head: t("created"), cell: (hook) => <><Who by={hook.created_by} /> · <Moment at={hook.created_at} /></> },
    { head: "", acts: true, cell: (hook) => (
      <span class="buttons">
        <Button small look="quiet" disabled={why !== undefined || action.busy} onClick={() => flip(hook)} label={`${t(hook.is_active ? "switch_off" : "switch_on")}: ${hook.url}`} testId="flip">{t(hook.is_active ? "switch_off" : "switch_on")}</Button>
        <Button small look="quiet" disabled={why !== undefined || action.busy} onClick={() => void rotate(hook)} label={`${t("rotate")}: ${hook.url}`} testId="rotate">{t("rotate")}</Button>
        <Button small look="danger" disabled={why !== undefined || action.busy} onClick={() => void remove(hook)} label={`${t("remove")}: ${hook.url}`} testId="remove">{t("remove")}</Button>
      </span>
    ) },
  ];
  return (
    <Screen title={t("webhooks")} back="/admin" onRefresh={async () => hooks.refetch()} side={<Button small disabled={why !== undefined} onClick={() => setAdding(true)} testId="add-webhook">{t("add")}</Button>}>
      {why ? <p class="note">{why}</p> : null}
      <Loaded query={hooks}>
        {(data) => (data.webhooks.length === 0 ? <Empty title={t("no_hooks")} /> : <Table label={t("webhooks")} rows={data.webhooks} rowKey={(hook) => hook.id} columns={columns} testId="webhooks" />)}
      </Loaded>
      {dialog}
      {adding ? <NewWebhook onClose={() => setAdding(false)} onSecret={setSecret} /> : null}
      {secret ? <Secret secret={secret} onClose={() => setSecret(null)} /> : null}
    </Screen>
  );
}
