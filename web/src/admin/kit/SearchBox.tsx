// A search that follows the typing and lives in the address.

import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "@/i18n/common";
import { useTexts } from "@/i18n";
import { Input } from "@/kit/Field";

/** Milliseconds without a key before the server is asked. */
const PAUSE = 300;

export function SearchBox({ value, onChange, note, label }: { value: string; onChange: (value: string) => void; note?: string; label?: string }) {
  const t = useTexts(common);
  const [typed, setTyped] = useState(value);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => tell.current(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <form role="search" class="card" onSubmit={(event) => { event.preventDefault(); onChange(typed); }}>
      <Input label={label ?? t("search")} type="search" inputMode="search" name="q" max={100} value={typed} onChange={setTyped} note={note} />
    </form>
  );
}
