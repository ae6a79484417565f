import type { ComponentChildren } from "preact";
import { Link } from "wouter";

export function Section({ title, note, children }: { title?: string; note?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section">
      {title ? <h2>{title}</h2> : null}
      {children}
      {note ? <p class="note">{note}</p> : null}
    </section>
  );
}

/** A group of rows on one card. `long` for lists without an end. */
export function Rows({ children, long, label }: { children: ComponentChildren; long?: boolean; label?: string }) {
  return <div class={long ? "rows long" : "rows"} role={label ? "group" : undefined} aria-label={label}>{children}</div>;
}

interface RowProps {
  /** In front of it. */
  icon?: ComponentChildren;
  title: ComponentChildren;
  note?: ComponentChildren;
  side?: ComponentChildren;
  /** A place in the app; the row is a link then. */
  to?: string;
  onClick?: () => void;
  testId?: string;
}

export function Row({ icon, title, note, side, to, onClick, testId }: RowProps) {
  const inside = (
    <>
      {icon ? <span class="row-icon">{icon}</span> : null}
      <span class="row-main">
        <span class="row-title">{title}</span>
        {note ? <span class="row-note">{note}</span> : null}
      </span>
      {side ? <span class="row-side">{side}</span> : null}
      {to ? <span class="chevron" aria-hidden="true" /> : null}
    </>
  );
  if (to) return <Link href={to} class="row" data-testid={testId}>{inside}</Link>;
  if (onClick) return <button type="button" class="row" onClick={onClick} data-testid={testId}>{inside}</button>;
  return <div class="row" data-testid={testId}>{inside}</div>;
}

export function Badge({ tone = "plain", children }: { tone?: "plain" | "good" | "bad" | "warn" | "info"; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
