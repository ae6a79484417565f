// Fields of forms, each with its label and what is wrong with it.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Base {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong, in words. */
  problem?: string | undefined;
  note?: ComponentChildren;
  name?: string;
  placeholder?: string;
  max?: number;
  disabled?: boolean;
}

function Around({ id, label, problem, note, children }: { id: string; label: string; problem: string | undefined; note: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {problem ? <p class="problem" id={`${id}-p`} role="alert">{problem}</p> : note ? <p class="note" id={`${id}-n`}>{note}</p> : null}
    </div>
  );
}

const about = (id: string, { problem, note }: Pick<Base, "problem" | "note">) => (problem ? `${id}-p` : note ? `${id}-n` : undefined);

interface InputProps extends Base {
  type?: "text" | "search" | "email" | "tel" | "password" | "date";
  inputMode?: "text" | "decimal" | "numeric" | "email" | "tel" | "search";
  list?: readonly string[];
  autoComplete?: string;
}

export function Input({ label, value, onChange, problem, note, name, placeholder, max, disabled, type = "text", inputMode, list, autoComplete = "off" }: InputProps) {
  const id = useId();
  return (
    <Around id={id} label={label} problem={problem} note={note}>
      <input id={id} class="input" type={type} name={name} value={value} placeholder={placeholder} maxLength={max} disabled={disabled}
        inputMode={inputMode} autoComplete={autoComplete} list={list ? `${id}-l` : undefined}
        aria-invalid={problem ? true : undefined} aria-describedby={about(id, { problem, note })}
        onInput={(event) => onChange(event.currentTarget.value)} />
      {list ? <datalist id={`${id}-l`}>{list.map((one) => <option value={one} key={one} />)}</datalist> : null}
    </Around>
  );
}

export function TextArea({ label, value, onChange, problem, note, name, placeholder, max, disabled }: Base) {
  const id = useId();
  return (
    <Around id={id} label={label} problem={problem} note={note}>
      <textarea id={id} class="input" name={name} value={value} placeholder={placeholder} maxLength={max} disabled={disabled} rows={4}
        aria-invalid={problem ? true : undefined} aria-describedby={about(id, { problem, note })}
        onInput={(event) => onChange(event.currentTarget.value)} />
    </Around>
  );
}

export function Select({ label, value, onChange, problem, note, name, disabled, options }: Base & { options: readonly { value: string; text: string }[] }) {
  const id = useId();
  return (
    <Around id={id} label={label} problem={problem} note={note}>
      <select id={id} class="input" name={name} value={value} disabled={disabled} aria-invalid={problem ? true : undefined}
        aria-describedby={about(id, { problem, note })} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((one) => <option value={one.value} key={one.value}>{one.text}</option>)}
      </select>
    </Around>
  );
}

interface ChoicesProps<V extends string> {
  label: string;
  value: V | null | readonly V[];
  options: readonly { value: V; text: string }[];
  onChange: (value: V) => void;
  problem?: string | undefined;
  hideLabel?: boolean;
}

/** One of a few, or some of them when `value` is a list: pressing one tells which. */
export function Choices<V extends string>({ label, value, options, onChange, problem, hideLabel }: ChoicesProps<V>) {
  const id = useId();
  const chosen = (one: V) => (Array.isArray(value) ? value.includes(one) : value === one);
  return (
    <div class="field" role="group" aria-labelledby={id}>
      <span class={hideLabel ? "hidden" : "label"} id={id}>{label}</span>
      <div class="choices">
        {options.map((one) => (
          <button type="button" class="chip" key={one.value} aria-pressed={chosen(one.value)} onClick={() => onChange(one.value)}>{one.text}</button>
        ))}
      </div>
      {problem ? <p class="problem" role="alert">{problem}</p> : null}
    </div>
  );
}

export function Switch({ label, note, on, onChange, disabled }: { label: string; note?: string; on: boolean; onChange: (on: boolean) => void; disabled?: boolean }) {
  const id = useId();
  return (
    <div class="row">
      <label class="row-main" for={id}><span class="row-title">{label}</span>{note ? <span class="row-note">{note}</span> : null}</label>
      <input id={id} type="checkbox" role="switch" class="switch" checked={on} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
    </div>
  );
}

export function Stepper({ label, value, min = 0, max, onChange, disabled }: { label: string; value: number; min?: number; max?: number; onChange: (value: number) => void; disabled?: boolean }) {
  return (
    <span class="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={`${label} −`} disabled={disabled || value <= min} onClick={() => onChange(value - 1)}>−</button>
      <output aria-live="polite">{value}</output>
      <button type="button" aria-label={`${label} +`} disabled={disabled || (max !== undefined && value >= max)} onClick={() => onChange(value + 1)}>+</button>
    </span>
  );
}

/** One to five stars; without `onChange` they are only shown. */
export function Stars({ value, label, onChange }: { value: number; label: string; onChange?: (value: number) => void }) {
  const star = (n: number) => (n <= Math.round(value) ? "★" : "☆");
  if (!onChange) return <span role="img" aria-label={label} class="warn">{[1, 2, 3, 4, 5].map(star).join("")}</span>;
  return (
    <div class="stars" role="group" aria-label={label}>
      {[1, 2, 3, 4, 5].map((n) => (
        <button type="button" key={n} class={n <= value ? "on" : ""} aria-pressed={n === value} aria-label={`${label}: ${n}`} onClick={() => onChange(n)}>{star(n)}</button>
      ))}
    </div>
  );
}

/** A choice of two or three that changes what is below it. */
export function Segments<V extends string>({ label, value, options, onChange }: { label: string; value: V; options: readonly { value: V; text: string }[]; onChange: (value: V) => void }) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map((one) => (
        <button type="button" key={one.value} aria-pressed={one.value === value} onClick={() => onChange(one.value)}>{one.text}</button>
      ))}
    </div>
  );
}
