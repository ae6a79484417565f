// One list, two looks: a table on a wide screen, a card for each row on a phone. The roles are
// written out because a table that is not laid out as one is none for a screen reader.

import type { ComponentChildren } from "preact";
import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { kitTexts } from "./kit.texts";

export interface Column<R> {
  head: string;
  cell: (row: R) => ComponentChildren;
  /** Right-aligned digits. */
  number?: boolean;
  /** What the row is called: its link, and the title of its card. */
  lead?: boolean;
  /** Has no label on the card: it speaks for itself. */
  plain?: boolean;
  /** Buttons: in sight however wide the table is. */
  acts?: boolean;
}

interface Props<R> {
  label: string;
  rows: readonly R[];
  rowKey: (row: R) => string | number;
  columns: readonly Column<R>[];
  /** Where a row leads. */
  to?: (row: R) => string | undefined;
  testId?: string;
}

const isNothing = (inside: ComponentChildren) => inside === null || inside === undefined || inside === "" || inside === false;

export function Table<R>({ label, rows, rowKey, columns: all, to, testId }: Props<R>) {
  const t = useTexts(kitTexts);
  // A column that says nothing in any row takes no room.
  const columns = all.filter((column) => column.lead || rows.some((row) => !isNothing(column.cell(row))));
  return (
    <div class="sheet-of">
      <table class="list-table" role="table" aria-label={label} data-testid={testId}>
        <thead role="rowgroup">
          <tr role="row">{columns.map((column) => <th role="columnheader" scope="col" key={column.head} class={column.number ? "number" : undefined}>{column.acts ? <span class="hidden">{t("acts")}</span> : column.head}</th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => {
            const place = to?.(row);
            return (
              <tr role="row" key={rowKey(row)} class={place ? "opens" : undefined} data-key={rowKey(row)}>
                {columns.map((column) => <Cell key={column.head} column={column} row={row} place={place} />)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell<R>({ column, row, place }: { column: Column<R>; row: R; place: string | undefined }) {
  const inside = column.cell(row);
  if (isNothing(inside)) return <td role="cell" class="none" />;
  const kind = [column.lead && "lead", column.number && "number", (column.plain || column.acts) && "plain", column.acts && "acts"].filter(Boolean).join(" ");
  return (
    <td role="cell" class={kind || undefined}>
      {column.lead || column.plain || column.acts ? null : <span class="cell-head" aria-hidden="true">{column.head}</span>}
      {column.lead && place ? <Link href={place} class="cover">{inside}</Link> : <span class="cell">{inside}</span>}
    </td>
  );
}
