// Pulling a screen down to load it again.

import { useEffect, useRef, useState } from "preact/hooks";
import { tick } from "@/telegram/host";

/** How far the finger goes, in pixels, before letting go refreshes. */
const FAR = 64;

export function usePull(onRefresh: (() => Promise<unknown>) | undefined) {
  const area = useRef<HTMLElement>(null);
  const gauge = useRef<HTMLDivElement>(null);
  const [busy, setBusy] = useState(false);
  const refresh = useRef(onRefresh);
  refresh.current = onRefresh;
  const can = onRefresh !== undefined;

  useEffect(() => {
    const element = area.current;
    if (!can || element === null) return undefined;
    let from: number | null = null;
    let far = 0;
    const show = (height: number) => {
      if (gauge.current) gauge.current.style.height = `${height}px`;
    };
    const start = (event: TouchEvent) => {
      from = window.scrollY <= 0 && event.touches.length === 1 ? (event.touches[0]?.clientY ?? null) : null;
      far = 0;
    };
    const move = (event: TouchEvent) => {
      if (from === null) return;
      far = Math.max(0, (event.touches[0]?.clientY ?? from) - from);
      show(Math.min(FAR, far / 2));
    };
    const end = async () => {
      const enough = from !== null && far / 2 >= FAR;
      from = null;
      if (!enough) return show(0);
      tick();
      setBusy(true);
      show(40);
      await refresh.current?.().catch(() => undefined);
      setBusy(false);
      show(0);
    };
    element.addEventListener("touchstart", start, { passive: true });
    element.addEventListener("touchmove", move, { passive: true });
    element.addEventListener("touchend", end);
    element.addEventListener("touchcancel", end);
    return () => {
      element.removeEventListener("touchstart", start);
      element.removeEventListener("touchmove", move);
      element.removeEventListener("touchend", end);
      element.removeEventListener("touchcancel", end);
    };
  }, [can]);

  return { area, gauge, busy };
}
