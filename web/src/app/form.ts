// Forms: what has been typed outlives a closed app or a lost connection, and what the server says
// about a field stands at the field.

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "preact/hooks";
import type * as z from "zod/mini";
import { ApiError } from "@/api/errors";
import { newKey } from "@/api/client";
import { toastError } from "@/kit/toast";
import { askBeforeClosing } from "@/telegram/host";

/** Milliseconds after an answer in which the second half of a double click does nothing. */
const SETTLE_MS = 400;

type Problems<T> = Partial<Record<keyof T & string, string>>;

interface Options<T extends object, R> {
  /** Name under which a draft is kept on this device; none keeps nothing. */
  draft?: string;
  initial: T;
  /** What makes it sendable; messages are texts of the page. */
  schema?: z.ZodMiniType<unknown, T>;
  /** One attempt; `key` names the intent and stays the same until something is changed. */
  send: (values: T, key: string) => Promise<R>;
  onDone: (result: R, values: T) => void;
  /** Instead of a notice at the top. */
  onError?: (error: unknown) => boolean;
}

function load<T extends object>(name: string | undefined, initial: T): T {
  if (name === undefined) return initial;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`torg.draft.${name}`) ?? "null");
    return kept !== null && typeof kept === "object" ? { ...initial, ...kept } : initial;
  } catch {
    return initial;
  }
}

function keep(name: string | undefined, values: object | null): void {
  if (name === undefined) return;
  try {
    if (values === null) localStorage.removeItem(`torg.draft.${name}`);
    else localStorage.setItem(`torg.draft.${name}`, JSON.stringify(values));
  } catch {
    // No room or no storage: the draft lives as long as the page.
  }
}

export function useForm<T extends object, R>(options: Options<T, R>) {
  const [values, setValues] = useState(() => load(options.draft, options.initial));
  const [problems, setProblems] = useState<Problems<T>>({});
  const [touched, setTouched] = useState(false);
  const key = useRef(newKey());
  // Not `isPending`: two clicks may come before the page is drawn again.
  const going = useRef(false);
  const [settling, setSettling] = useState(false);

  useEffect(() => {
    if (!touched) return undefined;
    askBeforeClosing(options.draft === undefined);
    const timer = setTimeout(() => keep(options.draft, values), 300);
    return () => {
      clearTimeout(timer);
      askBeforeClosing(false);
    };
  }, [values, touched]);

  const sending = useMutation({
    mutationFn: (now: T) => options.send(now, key.current),
    onSuccess: (result, now) => {
      setSettling(true);
      setTimeout(() => {
        going.current = false;
        setSettling(false);
      }, SETTLE_MS);
      keep(options.draft, null);
      setTouched(false);
      key.current = newKey();
      options.onDone(result, now);
    },
    onError: (error) => {
      going.current = false;
      if (error instanceof ApiError && error.fields.length > 0) {
        const found: Problems<T> = {};
        for (const { field, message } of error.fields) {
          const name = field.split(/[.[]/, 1)[0] ?? field;
          if (name in values) found[name as keyof T & string] = message;
        }
        setProblems(found);
      }
      if (!options.onError?.(error)) toastError(error);
    },
  });

  function set<K extends keyof T & string>(name: K, value: T[K]): void {
    key.current = newKey();
    setTouched(true);
    setValues((before) => ({ ...before, [name]: value }));
    setProblems((before) => ({ ...before, [name]: undefined }));
  }

  function submit(): void {
    if (going.current) return;
    const checked = options.schema?.safeParse(values);
    if (checked && !checked.success) {
      const found: Problems<T> = {};
      for (const issue of checked.error.issues) {
        const name = String(issue.path[0] ?? "") as keyof T & string;
        found[name] ??= issue.message;
      }
      setProblems(found);
      // The first field that is wrong, once it is marked.
      requestAnimationFrame(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    going.current = true;
    sending.mutate(values);
  }

  /** Everything that a field of the kit needs. */
  function field<K extends keyof T & string>(name: K) {
    return {
      name,
      value: values[name],
      problem: problems[name],
      onChange: (value: T[K]) => set(name, value),
    };
  }

  return { values, problems, set, field, submit, busy: sending.isPending || settling, reset: () => { keep(options.draft, null); setValues(options.initial); setProblems({}); setTouched(false); } };
}
