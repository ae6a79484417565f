// Promo codes: what they take off, how often they were used, on and off.

import { useState } from "preact/hooks";
import { useAction } from "@/admin/kit/Act";
import { Listed } from "@/admin/kit/Listed";
import { useStaff } from "@/admin/kit/staff";
import type { Column } from "@/admin/kit/Table";
import { api } from "@/api/client";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { fromMinor } from "@/i18n/decimal";
import { formatDecimal, useFormat } from "@/i18n/format";
import { useLang } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty } from "@/kit/State";
import { explainShop } from "../refusals";
import { texts } from "./coupons.texts";
import { loadCoupons, type Coupon } from "./data";
import { NewCoupon } from "./NewCoupon";

explainShop();

export default function CouponsAdmin() {
  const t = useTexts(texts);
  const f = useFormat();
  const language = useLang();
  const why = useStaff().why("moderator");
  const action = useAction();
  const [making, setMaking] = useState(false);
  const list = useList<Awaited<ReturnType<typeof loadCoupons>>, Coupon>({ key: ["admin", "shop", "coupons"], load: loadCoupons, rows: (page) => page.rows });
  const off = (one: Coupon) => (one.percent_bps != null ? `${formatDecimal(fromMinor(BigInt(one.percent_bps), 2), language)} %` : one.amount != null ? f.money(one.amount) : "");
  const set = (one: Coupon, is_active: boolean) => action.run(() => api.patch("/admin/coupons/{code}", { params: { path: { code: one.code } }, body: { is_active } }), t("switched"));
  const columns: Column<Coupon>[] = [
    { head: t("code"), lead: true, cell: (one) => <strong class="mono">{one.code}</strong> },
    { head: t("off"), number: true, cell: (one) => <span class="amount">{off(one)}</span> },
    { head: t("min_total"), number: true, cell: (one) => (/[1-9]/.test(String(one.min_total)) ? <span class="amount">{f.money(one.min_total)}</span> : null) },
    { head: t("used"), number: true, cell: (one) => (one.uses_max != null ? t("used_of", { used: one.used, max: one.uses_max }) : one.used) },
    { head: t("dates"), cell: (one) => [one.starts_at ? t("from", { at: f.moment(one.starts_at) }) : "", one.ends_at ? t("to", { at: f.moment(one.ends_at) }) : ""].filter(Boolean).join(" ") || null },
    { head: t("state"), cell: (one) => <Badge tone={one.is_active ? "good" : "plain"}>{t(one.is_active ? "on" : "is_off")}</Badge> },
    { head: "", plain: true, cell: (one) => <Button small look="quiet" disabled={why !== undefined} busy={action.busy} label={`${t(one.is_active ? "switch_off" : "switch_on")}: ${one.code}`} onClick={() => set(one, !one.is_active)}>{t(one.is_active ? "switch_off" : "switch_on")}</Button> },
  ];
  return (
    <Screen title={t("coupons")} back="/admin" onRefresh={() => list.refetch()}>
      <div class="buttons"><Button small disabled={why !== undefined} onClick={() => setMaking(true)} testId="new-coupon">{t("new")}</Button></div>
      {why ? <p class="note">{why}</p> : null}
      <Listed list={list} label={t("coupons")} rowKey={(one) => one.code} columns={columns} empty={<Empty title={t("none")} />} testId="coupons" />
      {making ? <NewCoupon onClose={() => setMaking(false)} /> : null}
    </Screen>
  );
}
