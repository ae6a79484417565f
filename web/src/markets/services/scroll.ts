// A list is found again where it was left; whatever is opened begins at its top.

import { useEffect, useLayoutEffect } from "preact/hooks";

const places = new Map<string, number>();

export function useScrollPlace(path: string, keeps: boolean): void {
  useLayoutEffect(() => window.scrollTo(0, keeps ? (places.get(path) ?? 0) : 0), [path]);
  useEffect(() => {
    if (!keeps) return undefined;
    const note = () => places.set(path, window.scrollY);
    window.addEventListener("scroll", note, { passive: true });
    return () => window.removeEventListener("scroll", note);
  }, [path]);
}
