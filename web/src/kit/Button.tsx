import type { ComponentChildren, JSX } from "preact";

interface Props {
  children: ComponentChildren;
  onClick?: (() => void) | undefined;
  /** How it looks: the one thing to do, another, or something that cannot be taken back. */
  look?: "main" | "quiet" | "danger" | "link";
  small?: boolean | undefined;
  wide?: boolean | undefined;
  /** Its work is under way: it cannot be pressed again. */
  busy?: boolean | undefined;
  disabled?: boolean | undefined;
  type?: "button" | "submit";
  label?: string | undefined;
  testId?: string | undefined;
}

export function Button({ children, onClick, look = "main", small, wide, busy, disabled, type = "button", label, testId }: Props): JSX.Element {
  const classes = ["button", look, small && "small", wide && "wide"].filter(Boolean).join(" ");
  return (
    <button type={type} class={classes} disabled={disabled || busy} aria-busy={busy} aria-label={label} data-testid={testId} onClick={onClick}>
      {busy ? <span class="spinner" aria-hidden="true" /> : null}
      {children}
    </button>
  );
}
