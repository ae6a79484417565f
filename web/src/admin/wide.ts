import { useEffect, useState } from "preact/hooks";

// The same width as in admin.css.
const query = typeof matchMedia === "undefined" ? undefined : matchMedia("(min-width: 900px)");

/** Whether there is room for the menu at the side. */
export function useWide(): boolean {
  const [wide, setWide] = useState(query?.matches ?? false);
  useEffect(() => {
    const changed = () => setWide(query?.matches ?? false);
    query?.addEventListener("change", changed);
    return () => query?.removeEventListener("change", changed);
  }, []);
  return wide;
}
