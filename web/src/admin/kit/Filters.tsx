// Filters of a list. They live in the address, so that a link, the way back and a reload keep them.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useSearchParams } from "wouter";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Input, Select } from "@/kit/Field";
import { useWide } from "../wide";
import { kitTexts } from "./kit.texts";

export interface Filter<K extends string> {
  name: K;
  label: string;
  kind?: "text" | "date" | "numeric";
  /** A choice instead of a text. */
  options?: readonly { value: string; text: string }[];
  placeholder?: string;
}

export type Values<K extends string> = { [N in K]?: string };

/** The filters that are set, and how to set them. */
export function useFilters<K extends string>(names: readonly K[]): [Values<K>, (values: Values<K>) => void] {
  const [params, setParams] = useSearchParams();
  const values: Values<K> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) values[name] = value;
  }
  const set = (next: Values<K>) =>
    setParams(() => {
      const fresh = new URLSearchParams();
      for (const name of names) {
        const value = next[name]?.trim();
        if (value) fresh.set(name, value);
      }
      return fresh;
    }, { replace: true });
  return [values, set];
}

interface Props<K extends string> {
  filters: readonly Filter<K>[];
  values: Values<K>;
  onChange: (values: Values<K>) => void;
  /** Beside the buttons. */
  children?: ComponentChildren;
}

export function Filters<K extends string>({ filters, values, onChange, children }: Props<K>) {
  const t = useTexts(kitTexts);
  const [draft, setDraft] = useState(values);
  const seen = JSON.stringify(values);
  useEffect(() => setDraft(values), [seen]);
  const set = (name: K, value: string, now = false) => {
    const next = { ...draft, [name]: value };
    setDraft(next);
    if (now) onChange(next);
  };
  const wide = useWide();
  const form = (
    <form class="filters" role="search" aria-label={t("filters")} onSubmit={(event) => { event.preventDefault(); onChange(draft); }}>
      <div class="filter-fields">
        {filters.map((filter) => filter.options ? (
          <Select key={filter.name} label={filter.label} name={filter.name} value={draft[filter.name] ?? ""} onChange={(value) => set(filter.name, value, true)} options={[{ value: "", text: t("all") }, ...filter.options]} />
        ) : (
          <Input key={filter.name} label={filter.label} name={filter.name} value={draft[filter.name] ?? ""} onChange={(value) => set(filter.name, value, filter.kind === "date")}
            type={filter.kind === "date" ? "date" : "text"} inputMode={filter.kind === "numeric" ? "numeric" : "text"} {...(filter.placeholder ? { placeholder: filter.placeholder } : {})} />
        ))}
      </div>
      <div class="buttons">
        <Button type="submit" small testId="filters-apply">{t("apply")}</Button>
        {seen === "{}" ? null : <Button small look="quiet" onClick={() => onChange({})}>{t("reset")}</Button>}
        {children}
      </div>
    </form>
  );
  // On a phone the list comes first.
  return wide ? form : <details class="folded" open={seen !== "{}"}><summary>{t("filters")}</summary>{form}</details>;
}
