// Coins out: how much should arrive, where to, what it takes from the balance.

import { useState } from "preact/hooks";
import { useLocation } from "wouter";
import * as z from "zod/mini";
import { api } from "@/api/client";
import { ApiError, describe } from "@/api/errors";
import { useForm } from "@/app/form";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { compare, fromMinor, plus, toMinor } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Choices, Input } from "@/kit/Field";
import { Row, Rows } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { toast } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { WALLET, inCurrency, useWallet, type Wallet } from "../data";
import { texts } from "./texts";
import { short } from "./words";

const DIGITS = 9;

export default function Withdraw() {
  const t = useTexts(texts);
  const wallet = useWallet();
  return (
    <Screen title={t("withdraw")} back="/wallet/ton" onRefresh={() => wallet.refetch()}>
      <Loaded query={wallet} skeleton={<Skeleton rows={4} />}>
        {(data) => (data.deposit ? <Form wallet={data} /> : <Empty title={t("not_here")} />)}
      </Loaded>
    </Screen>
  );
}

/** What the amount is on the wire; nothing for what is no amount. */
const wire = (typed: string): string | undefined => {
  const minor = toMinor(typed.trim(), DIGITS);
  return minor === undefined || minor <= 0n ? undefined : fromMinor(minor, DIGITS);
};

function Form({ wallet }: { wallet: Wallet }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [, go] = useLocation();
  const [ask, dialog] = useConfirm();
  const [refused, setRefused] = useState<string>();
  const { withdrawal: rules, addresses } = wallet;
  const { available } = inCurrency(wallet, "TON");
  const ton = (amount: string | number) => f.money(amount, "TON");
  const totalOf = (amount: string) => plus(amount, rules.fee, DIGITS);

  const schema = z.object({
    amount: z.string().check(z.superRefine((typed, at) => {
      const amount = wire(typed);
      const problem = amount === undefined ? t("bad_amount")
        : compare(amount, rules.min) < 0 ? t("too_little", { min: ton(rules.min) })
          : compare(totalOf(amount), available) > 0 ? t("too_much", { available: ton(available), total: ton(totalOf(amount)) }) : undefined;
      if (problem !== undefined) at.addIssue({ code: "custom", message: problem });
    })),
    address: z.string().check(z.refine((typed) => typed.trim() !== "", { error: () => t("no_address") })),
    comment: z.string().check(z.refine((typed) => new TextEncoder().encode(typed).length <= rules.comment_max_bytes, { error: () => t("long_comment", { n: rules.comment_max_bytes }) })),
  });
  const form = useForm({
    initial: { amount: "", address: "", comment: "" },
    schema,
    send: async ({ amount, address, comment }, key) => {
      const sum = wire(amount) ?? "0";
      const yes = await ask({ title: t("ask", { amount: ton(sum) }), text: t("ask_text", { address: short(address.trim()), total: ton(totalOf(sum)) }), yes: t("yes") });
      if (!yes) return null;
      return api.post("/api/wallet/withdrawals", {
        params: { header: { "Idempotency-Key": key } },
        body: { amount: sum, address: address.trim(), ...(comment.trim() === "" ? {} : { comment: comment.trim() }) },
      });
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || !error.code.startsWith("address_")) return false;
      setRefused(describe(error));
      return true;
    },
    onDone: (made) => {
      if (made === null) return;
      void queries.invalidateQueries({ queryKey: WALLET });
      toast(t("done"));
      go("/wallet/ton?view=withdrawals", { replace: true });
    },
  });

  const amount = wire(form.values.amount);
  const total = amount === undefined ? undefined : totalOf(amount);
  const most = toMinor(available, DIGITS) ?? 0n;
  const fee = toMinor(String(rules.fee), DIGITS) ?? 0n;
  const known = addresses.some((one) => one.address === form.values.address.trim());
  const approval = amount !== undefined && (compare(amount, rules.automatic_up_to) > 0 || compare(amount, rules.automatic_left_today) > 0);
  const hours = Math.ceil(rules.cool_down_seconds / 3600);
  return (
    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      {wallet.withdrawals_halted ? <p class="banner" role="status">{t("halted")}</p> : null}
      <div class="card">
        <Input label={t("amount")} inputMode="decimal" max={21} note={t("amount_note", { min: ton(rules.min), fee: ton(rules.fee), available: ton(available) })} {...form.field("amount")} />
        {most > fee ? <Button small look="quiet" onClick={() => form.set("amount", fromMinor(most - fee, DIGITS).replace(/\.?0+$/, ""))}>{t("all")}</Button> : null}
      </div>
      <div class="card">
        <Input label={t("to_address")} max={200} {...form.field("address")} problem={form.problems.address ?? refused} onChange={(address) => { setRefused(undefined); form.set("address", address); }} />
        {addresses.length > 0 ? <Choices label={t("used")} value={form.values.address.trim()} options={addresses.slice(0, 5).map((one) => ({ value: one.address, text: short(one.address) }))} onChange={(address) => form.set("address", address)} /> : null}
        <Input label={t("comment_optional")} max={rules.comment_max_bytes} {...form.field("comment")} />
      </div>
      {total !== undefined && amount !== undefined ? (
        <Rows>
          <Row title={t("arrives")} side={<span class="amount">{ton(amount)}</span>} />
          <Row title={t("fee")} side={<span class="amount">{ton(rules.fee)}</span>} />
          <Row title={t("takes")} side={<strong class="amount">{ton(total)}</strong>} testId="withdraw-total" />
        </Rows>
      ) : null}
      {approval ? <p class="banner">{t("needs_approval", { one: ton(rules.automatic_up_to), left: ton(rules.automatic_left_today) })}</p> : null}
      {!known && hours > 0 && form.values.address.trim() !== "" ? <p class="banner">{t("new_address", { n: hours })}</p> : null}
      <MainAction text={total === undefined ? t("take_out") : t("go", { total: ton(total) })} busy={form.busy} onPress={form.submit} />
      {dialog}
    </form>
  );
}
