// Who works here.

import { useQuery } from "@tanstack/react-query";
import * as z from "zod/mini";
import { api } from "@/api/client";
import type { Role } from "@/app/bootstrap";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Input, Select } from "@/kit/Field";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Empty, Loaded } from "@/kit/State";
import { toast } from "@/kit/toast";
import { refreshAdmin, useAction } from "../kit/Act";
import { Moment, PersonLink, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { Table, type Column } from "../kit/Table";
import { fullName } from "../people/name";
import { controlTexts } from "./control.texts";

const ROLES: readonly Role[] = ["owner", "finance", "moderator", "support", "read_only"];
type Grant = Awaited<ReturnType<typeof load>>["staff"][number];

const load = (signal?: AbortSignal) => api.get("/api/admin/staff", { signal });

export default function Staff() {
  const t = useTexts(controlTexts);
  const { roleName, why: whyNot } = useStaff();
  const why = whyNot();
  const action = useAction();
  const [ask, dialog] = useConfirm();
  const staff = useQuery({ queryKey: ["admin", "staff"], queryFn: ({ signal }) => load(signal) });
  const revoke = async (one: Grant) => {
    if (await ask({ title: t("revoke_ask", { role: roleName(one.role), id: String(one.user_id) }), yes: t("revoke"), danger: true })) {
      action.run(() => api.delete("/api/admin/staff/{user_id}/roles/{role}", { params: { path: { user_id: one.user_id, role: one.role } } }), t("revoke_done"));
    }
  };
  const columns: Column<Grant>[] = [
    { head: t("person"), lead: true, cell: (one) => <Named id={one.user_id} /> },
    { head: t("role"), cell: (one) => roleName(one.role) },
    { head: t("granted_by"), cell: (one) => <Who by={one.granted_by} /> },
    { head: t("granted"), cell: (one) => <Moment at={one.granted_at} /> },
    { head: "", acts: true, cell: (one) => <span class="buttons"><Button small look="danger" disabled={why !== undefined} label={`${t("revoke")}: ${roleName(one.role)}, ${one.user_id}`} onClick={() => void revoke(one)} testId={`revoke-${one.user_id}-${one.role}`}>{t("revoke")}</Button></span> },
  ];
  return (
    <Screen title={t("staff")} back="/admin" onRefresh={async () => staff.refetch()}>
      {why ? <p class="note">{why}</p> : null}
      <Loaded query={staff}>
        {(data) => (data.staff.length === 0 ? <Empty title={t("no_staff")} /> : <Table label={t("staff")} rows={data.staff} rowKey={(one) => `${one.user_id}-${one.role}`} columns={columns} testId="staff" />)}
      </Loaded>
      {why ? null : <NewGrant />}
      {dialog}
    </Screen>
  );
}

/** The list of grants has ids only; the staff is small enough to ask for each name. */
function Named({ id }: { id: number }) {
  const found = useQuery({ queryKey: ["admin", "name", id], staleTime: 600_000, queryFn: ({ signal }) => api.get("/api/admin/users", { params: { query: { q: String(id), limit: 1 } }, signal }) });
  const person = found.data?.users.find((one) => one.id === id);
  return <PersonLink id={id} name={person ? fullName(person) : null} />;
}

function NewGrant() {
  const t = useTexts(controlTexts);
  const { roleName } = useStaff();
  const form = useForm<{ id: string; role: Role }, unknown>({
    initial: { id: "", role: "support" },
    schema: z.object({ id: z.string().check(z.trim(), z.regex(/^\d{1,15}$/, t("person_bad"))), role: z.enum(["owner", "finance", "moderator", "support", "read_only"]) }),
    send: ({ id, role }) => api.put("/api/admin/staff/{user_id}/roles/{role}", { params: { path: { user_id: Number(id), role } } }),
    onDone: () => {
      toast(t("grant_done"));
      form.reset();
      void refreshAdmin();
    },
  });
  const role = form.field("role");
  return (
    <form class="card" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      <h2>{t("grant")}</h2>
      <Input label={t("person")} inputMode="numeric" note={t("person_note")} max={15} {...form.field("id")} />
      <Select label={t("role")} {...role} onChange={(value) => role.onChange(value as Role)} options={ROLES.map((value) => ({ value, text: `${roleName(value)} — ${t(`role_${value}_note`)}` }))} />
      <div class="buttons"><Button type="submit" busy={form.busy} testId="grant">{t("grant")}</Button></div>
    </form>
  );
}
