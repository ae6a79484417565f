// The wallet on the chain: whether there is enough for everybody, and whether coins go out.

import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Badge, Section } from "@/kit/Row";
import { Loaded, Skeleton } from "@/kit/State";
import { useDeed } from "../kit/Act";
import { Amount, Copy, Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { moneyTexts } from "./money.texts";

const FIELDS = ["assets", "liabilities", "users", "in_withdrawals", "suspense", "fees", "costs", "capital", "unexplained"] as const;
const REASONS = ["operator", "differs", "contradiction", "uncovered", "unexplained"] as const;

export function Position() {
  const t = useTexts(moneyTexts);
  const staff = useStaff();
  const [deed, dialog] = useDeed();
  const wallet = useQuery({ queryKey: ["admin", "wallet"], queryFn: ({ signal }) => api.get("/api/admin/wallet", { signal }) });
  const why = staff.why("finance");
  const halt = () => deed({ title: t("halt"), about: <p>{t("halt_about")}</p>, yes: t("halt"), danger: true, done: t("halt_done"), send: (note) => api.post("/api/admin/wallet/halt", { body: { note } }) });
  const resume = () => deed({ title: t("resume"), about: <p>{t("resume_about")}</p>, yes: t("resume"), done: t("resume_done"), send: (note) => api.post("/api/admin/wallet/resume", { body: { note } }) });
  const reason = (code: string) => REASONS.find((one) => one === code);
  return (
    <Section title={t("position")}>
      <Loaded query={wallet} skeleton={<Skeleton rows={1} height={320} />}>
        {(data) => {
          const value = (name: (typeof FIELDS)[number]) => (name === "in_withdrawals" ? data.held_in_withdrawals : data[name]);
          return (
            <div class="card">
              <div class="line">
                <Badge tone={data.is_covered ? "good" : "bad"}>{t(data.is_covered ? "covered" : "uncovered")}</Badge>
                <Badge tone={data.halts.length > 0 ? "bad" : "good"}>{t(data.halts.length > 0 ? "halted" : "running")}</Badge>
              </div>
              {data.halts.map((one) => {
                const known = reason(one.reason);
                return <p key={one.reason + one.at} class="bad">{known ? t(`halted_reason_${known}`) : one.reason}{one.note ? `: ${one.note}` : ""} · <Who by={one.by} /> · <Moment at={one.at} /></p>;
              })}
              <dl class="facts">
                {FIELDS.map((name) => <><dt key={name}>{t(name)}</dt><dd><Amount value={value(name)} currency={data.currency} /></dd></>)}
                {data.chain ? (
                  <>
                    <dt>{t("on_chain")}</dt><dd><Amount value={data.chain.balance} currency={data.currency} /></dd>
                    <dt>{t("difference")}</dt><dd><Amount value={data.chain.difference} currency={data.currency} /></dd>
                    <dt>{t("seen_at")}</dt><dd><Moment at={data.chain.observed_at} /></dd>
                  </>
                ) : null}
              </dl>
              {data.chain ? <p class="line"><span class="mono">{data.chain.address}</span><Copy value={data.chain.address} /></p> : null}
              <div class="buttons">
                {data.halts.length > 0
                  ? <Button look="quiet" disabled={why !== undefined} onClick={resume} testId="wallet-resume">{t("resume")}</Button>
                  : <Button look="danger" disabled={why !== undefined} onClick={halt} testId="wallet-halt">{t("halt")}</Button>}
              </div>
              {why ? <p class="note">{why}</p> : null}
            </div>
          );
        }}
      </Loaded>
      {dialog}
    </Section>
  );
}
