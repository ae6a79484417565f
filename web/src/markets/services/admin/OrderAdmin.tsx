// One order: what happened to it, who paid, and what the staff may do about it.

import "./errors";
import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { AdminOrderCard } from "@/api/admin";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded, Skeleton } from "@/kit/State";
import { refreshAdmin, useDeed } from "@/admin/kit/Act";
import { Amount, Copy, Moment, PersonLink, Who } from "@/admin/kit/parts";
import { useStaff } from "@/admin/kit/staff";
import { adminTexts } from "./admin.texts";
import { ComplaintList } from "./ComplaintList";
import { ReviewList } from "./ReviewList";
import { Takes } from "./Takes";
import { toneOf, useWords } from "./words";

export function OrderAdmin({ id }: { id: string }) {
  const t = useTexts(adminTexts);
  const order = useQuery({ queryKey: ["admin", "services", "order", id], queryFn: ({ signal }) => api.get("/api/admin/services/orders/{id}", { params: { path: { id } }, signal }) });
  return (
    <Screen title={t("order")} back="/admin/services/orders" onRefresh={refreshAdmin}>
      <Loaded query={order} skeleton={<><Skeleton rows={1} height={240} /><Skeleton rows={3} /></>}>{(data) => <Content order={data} />}</Loaded>
    </Screen>
  );
}

function Content({ order }: { order: AdminOrderCard }) {
  const t = useTexts(adminTexts);
  return (
    <>
      <div class="columns"><Head order={order} /><Timeline order={order} /></div>
      <Section title={t("takes")}><Takes order={order} /></Section>
      {order.complaints.length > 0 ? <Section title={t("complaints")}><ComplaintList rows={order.complaints} onOrder /></Section> : null}
      {order.reviews.length > 0 ? <Section title={t("reviews")}><ReviewList rows={order.reviews} onOrder /></Section> : null}
    </>
  );
}

function Head({ order }: { order: AdminOrderCard }) {
  const t = useTexts(adminTexts);
  const words = useWords();
  const why = useStaff().why("moderator");
  const [deed, dialog] = useDeed();
  const remove = () => deed({
    title: t("remove"), yes: t("remove"), danger: true, done: t("remove_done"),
    about: <><p class="clamp">{order.description}</p><p class="note">{t("remove_about")}</p></>,
    send: (reason, key) => api.post("/api/admin/services/orders/{id}/remove", { params: { path: { id: order.id }, header: { "Idempotency-Key": key } }, body: { reason } }),
  });
  const state = order.removed ? "removed" : order.status;
  return (
    <div class="card">
      <div class="line"><Badge tone={toneOf(state)}>{words.status(state)}</Badge><span>{words.category(order.category)}</span><span class="end">{order.city}</span></div>
      <p class="pre">{order.description}</p>
      <dl class="facts">
        <dt>{t("customer")}</dt><dd><PersonLink id={order.customer_id} name={order.customer_name} /></dd>
        <dt>{t("created")}</dt><dd><Moment at={order.created_at} /></dd>
        <dt>{t("expires")}</dt><dd><Moment at={order.expires_at} /></dd>
        <dt>{t("price")}</dt><dd><Amount value={order.price} currency={order.currency} /></dd>
      </dl>
      {order.removed ? <p class="quote">{order.removed.reason}<br /><span class="note"><Who by={order.removed.by} /> · <Moment at={order.removed.at} /></span></p> : null}
      <p class="line"><span class="mono">{order.id}</span><span class="end"><Copy value={order.id} /></span></p>
      {order.status === "active" ? (
        <>
          <div class="buttons"><Button look="danger" disabled={why !== undefined} onClick={remove} testId="remove-order">{t("remove")}</Button></div>
          {why ? <p class="note">{why}</p> : null}
        </>
      ) : null}
      {dialog}
    </div>
  );
}

function Timeline({ order }: { order: AdminOrderCard }) {
  const t = useTexts(adminTexts);
  const words = useWords();
  return (
    <div class="card">
      <h2>{t("timeline")}</h2>
      <ol class="timeline">
        {order.timeline.map((one, n) => (
          <li key={n}><span>{words.event(one.event)}</span><span class="note">{one.by ? <><Who by={String(one.by)} /> · </> : null}<Moment at={one.at} /></span></li>
        ))}
      </ol>
    </div>
  );
}
