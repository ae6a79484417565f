// A list behind a cursor: skeleton, error, nothing, or its rows and more of them.

import type { ComponentChildren } from "preact";
import { useTexts } from "@/i18n";
import { More } from "@/kit/More";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { kitTexts } from "./kit.texts";
import { Table, type Column } from "./Table";

interface List<R> {
  rows: readonly R[] | undefined;
  error: unknown;
  refetch: () => unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  more: () => void;
}

interface Props<R> {
  list: List<R>;
  label: string;
  rowKey: (row: R) => string | number;
  columns: readonly Column<R>[];
  to?: (row: R) => string | undefined;
  /** Said when there is nothing; a list of troubles is glad about it. */
  empty?: ComponentChildren;
  testId?: string;
}

export function Listed<R>({ list, label, rowKey, columns, to, empty, testId }: Props<R>) {
  const t = useTexts(kitTexts);
  if (list.rows === undefined) return list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={6} />;
  // A page may be empty although another one follows.
  if (list.rows.length === 0 && !list.hasMore) return <>{empty ?? <Empty title={t("nothing")} />}</>;
  return (
    <>
      {list.rows.length > 0 ? <Table label={label} rows={list.rows} rowKey={rowKey} columns={columns} {...(to ? { to } : {})} {...(testId ? { testId } : {})} /> : null}
      <More list={list} />
    </>
  );
}

/** For lists of troubles. */
export function Quiet() {
  const t = useTexts(kitTexts);
  return <Empty title={t("quiet")} />;
}
