import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { More } from "@/kit/More";
import { Badge, Row, Rows } from "@/kit/Row";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { WALLET, loadDeposits, type Deposit } from "../data";
import { texts } from "./texts";
import { short } from "./words";

const isIn = (state: Deposit["state"]) => state === "credited" || state === "claimed" || state === "assigned";

/** What has come in over the chain. */
export function Deposits() {
  const t = useTexts(texts);
  const f = useFormat();
  const list = useList<Awaited<ReturnType<typeof loadDeposits>>, Deposit>({ key: [...WALLET, "deposits"], load: loadDeposits, rows: (page) => page.deposits, refetchInterval: 15_000 });
  if (list.rows === undefined) return list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={3} />;
  if (list.rows.length === 0) return <Empty title={t("no_deposits")} />;
  return (
    <>
      <Rows long>
        {list.rows.map((deposit) => (
          <Row key={deposit.id} testId="deposit-row" title={<span class="amount">{f.money(deposit.amount, deposit.currency)}</span>}
            note={[f.moment(deposit.at), deposit.sender ? t("from", { address: short(deposit.sender) }) : ""].filter(Boolean).join(", ")}
            side={<Badge tone={isIn(deposit.state) ? "good" : "warn"}>{t(`deposit_${deposit.state}`)}</Badge>} />
        ))}
      </Rows>
      <More list={list} />
    </>
  );
}
