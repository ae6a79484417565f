// Short notices at the top of the page.

import { useSyncExternalStore } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import { describe } from "@/api/errors";
import { haptic } from "@/telegram/host";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

const SHOWN_MS = 4000;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function toast(text: string, bad = false): void {
  const id = ++last;
  set([...toasts.slice(-2), { id, text, bad }]);
  haptic(bad ? "error" : "success");
  setTimeout(() => set(toasts.filter((one) => one.id !== id)), SHOWN_MS);
}

/** Says what went wrong. */
export function toastError(error: unknown): void {
  toast(describe(error), true);
}

export function Toasts() {
  const all = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => toasts);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In the top layer again, so that it lies over a dialog that was opened later.
    const element = box.current as (HTMLDivElement & { showPopover?: () => void; hidePopover?: () => void }) | null;
    if (element?.showPopover === undefined) return;
    if (element.matches(":popover-open")) element.hidePopover?.();
    if (all.length > 0) element.showPopover();
  }, [all]);
  return (
    <div class="toasts" popover="manual" ref={box} role="status">
      {all.map((one) => <p class={one.bad ? "toast bad" : "toast"} key={one.id}>{one.text}</p>)}
    </div>
  );
}
