// What came into the store and went out of it, and a correction with its reason.

import { Link } from "wouter";
import * as z from "zod/mini";
import { Listed } from "@/admin/kit/Listed";
import { Moment, Who } from "@/admin/kit/parts";
import { useStaff } from "@/admin/kit/staff";
import type { Column } from "@/admin/kit/Table";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { useList } from "@/app/list";
import { text, useTexts } from "@/i18n";
import { common } from "@/i18n/common";
import { Button } from "@/kit/Button";
import { Input } from "@/kit/Field";
import { Section } from "@/kit/Row";
import { Empty } from "@/kit/State";
import { toast } from "@/kit/toast";
import { numberOf } from "../orderText";
import { loadMoves, refreshShop, type Movement, type Product } from "./data";
import { whole } from "./form";
import { texts } from "./products.texts";

const KINDS: readonly string[] = ["initial", "adjusted", "imported", "keys", "sale", "return"];

export function Stock({ product }: { product: Product }) {
  const t = useTexts(texts);
  const list = useList<Awaited<ReturnType<typeof loadMoves>>, Movement>({ key: ["admin", "shop", "moves", product.id], load: (cursor, signal) => loadMoves(product.id, cursor, signal), rows: (page) => page.rows });
  const kind = (name: string) => (KINDS.includes(name) ? t(`kind_${name}` as "kind_sale") : name);
  const columns: Column<Movement>[] = [
    { head: t("moves"), lead: true, cell: (one) => <>{kind(one.kind)} <strong class={one.delta < 0 ? "bad" : "good"}>{one.delta > 0 ? `+${one.delta}` : one.delta}</strong></> },
    { head: t("on_hand"), number: true, cell: (one) => one.on_hand },
    { head: t("reason"), cell: (one) => (one.order_id ? <Link href={`/admin/shop/orders/${one.order_id}`} class="above">{numberOf(one.order_id)}</Link> : one.reason) },
    { head: "", plain: true, cell: (one) => <span class="note"><Moment at={one.created_at} /> · <Who by={one.by} /></span> },
  ];
  return (
    <Section title={t("stock_title")}>
      {product.is_digital ? null : <Adjust product={product} />}
      <Listed list={list} label={t("moves")} rowKey={(one) => one.id} columns={columns} empty={<Empty title={t("no_moves")} />} testId="moves" />
    </Section>
  );
}

function Adjust({ product }: { product: Product }) {
  const t = useTexts(texts);
  const why = useStaff().why("moderator");
  const form = useForm({
    initial: { delta: "", reason: "" },
    schema: z.object({
      delta: z.string().check(z.refine((typed) => whole(-999_999_999)(typed) && Number(typed) !== 0, { error: () => text(texts, "bad_whole") })),
      reason: z.string().check(z.trim(), z.minLength(3, text(common, "too_short", { n: 3 })), z.maxLength(200, text(common, "too_long", { n: 200 }))),
    }),
    send: ({ delta, reason }, key) => api.post("/admin/products/{id}/stock", { params: { path: { id: product.id }, header: { "Idempotency-Key": key } }, body: { delta: Number(delta), reason: reason.trim() } }),
    onDone: () => {
      toast(t("adjusted"));
      form.reset();
      void refreshShop();
    },
  });
  return (
    <form class="card" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      <h3>{t("adjust")}</h3>
      <Input label={t("delta")} note={t("delta_note")} max={10} {...form.field("delta")} />
      <Input label={t("reason")} max={200} {...form.field("reason")} />
      <Button type="submit" busy={form.busy} disabled={why !== undefined} testId="adjust">{t("adjust")}</Button>
      {why ? <p class="note">{why}</p> : null}
    </form>
  );
}
