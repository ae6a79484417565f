// A list is found again where it was left; whatever is opened begins at its top.

import { useLayoutEffect } from "preact/hooks";

const places = new Map<string, number>();

export function useScrollPlace(path: string, keeps: boolean): void {
  // Before anything is painted: the scrolling that a shorter screen brings belongs to that screen.
  useLayoutEffect(() => {
    window.scrollTo(0, keeps ? (places.get(path) ?? 0) : 0);
    if (!keeps) return undefined;
    const note = () => places.set(path, window.scrollY);
    window.addEventListener("scroll", note, { passive: true });
    return () => window.removeEventListener("scroll", note);
  }, [path]);
}
