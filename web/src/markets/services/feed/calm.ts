// When rows may come and go. Never under a finger, and never so that what is being read moves: above
// the top of the screen the page is scrolled along with what was put in.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Block, FeedStore } from "./store";

/** After a scroll or a touch the list lies still for so long. */
const STILL_MS = 150;
/** Who presses this soon after rows have moved did not mean the row that is there now. */
const GUARD_MS = 350;
/** Within so many pixels of its top the list shows what is new by itself. */
const TOP = 24;

interface Anchor {
  id: string;
  top: number;
}

/** The first child of `parent` that ends below the top of the screen; measuring each would cost a frame. */
function firstInSight(parent: Element): number {
  let [low, high] = [0, parent.children.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parent.children[middle] as Element).getBoundingClientRect().bottom <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first row that begins on the screen and stays. */
function anchorOf(box: Element, feed: FeedStore): Anchor | null {
  if (window.scrollY < TOP) return null;
  for (let n = firstInSight(box); n < box.children.length; n += 1) {
    const rows = box.children[n] as Element;
    for (let m = firstInSight(rows); m < rows.children.length; m += 1) {
      const row = rows.children[m] as HTMLElement;
      const { top } = row.getBoundingClientRect();
      const id = row.dataset["id"];
      if (top >= 0 && id !== undefined && !feed.isGoing(id)) return { id, top };
    }
  }
  return null;
}

/** `fresh` is how many have come above what is in sight. */
export function useCalm(feed: FeedStore, blocks: readonly Block[]) {
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const moved = useRef(-GUARD_MS);
  const [fresh, setFresh] = useState(0);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let fingers = 0;
    let still = 0;
    const settle = () => {
      timer = undefined;
      if (!feed.hasPending()) return;
      const wait = still - performance.now();
      if (fingers > 0 || wait > 0) {
        timer = setTimeout(settle, Math.max(wait, 50));
        return;
      }
      anchor.current = box.current === null ? null : anchorOf(box.current, feed);
      const came = feed.flush();
      moved.current = performance.now();
      if (anchor.current !== null && came > 0) setFresh((before) => before + came);
    };
    const news = () => {
      if (feed.hasPending()) timer ??= setTimeout(settle, 100);
    };
    const busy = () => {
      still = performance.now() + STILL_MS;
      if (window.scrollY < TOP) setFresh(0);
    };
    const touch = (event: TouchEvent) => {
      fingers = event.touches.length;
      busy();
    };
    const stop = feed.watchList(news);
    news();
    window.addEventListener("scroll", busy, { passive: true });
    for (const name of ["touchstart", "touchend", "touchcancel"] as const) window.addEventListener(name, touch, { passive: true });
    return () => {
      stop();
      clearTimeout(timer);
      window.removeEventListener("scroll", busy);
      for (const name of ["touchstart", "touchend", "touchcancel"] as const) window.removeEventListener(name, touch);
    };
  }, [feed]);

  useLayoutEffect(() => {
    const held = anchor.current;
    anchor.current = null;
    if (held === null) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(held.id)}"]`);
    if (row) window.scrollBy(0, row.getBoundingClientRect().top - held.top);
  }, [blocks]);

  /** For the capturing click handler of the list. */
  const guard = (event: MouseEvent) => {
    // A press by keyboard has no place that could have moved.
    if (event.detail === 0 || performance.now() - moved.current > GUARD_MS) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return { box, fresh, guard };
}
