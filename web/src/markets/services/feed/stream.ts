// The live stream of orders, resumed after the last message that was seen. The browser comes back by
// itself after a cut; here it is opened again after a refusal and after the page was hidden.

import type { Category, Order } from "../model";

export interface Topic {
  category?: Category | undefined;
  city?: string | undefined;
}

interface Handlers {
  onOrder: (event: string, order: Order) => void;
  /** What was missed is no longer kept: load again. */
  onReset: () => void;
  onState?: (live: boolean) => void;
  /** Where to resume; asked at every opening. */
  lastId: () => string | undefined;
  onId: (id: string) => void;
}

const EVENTS = ["order_created", "order_updated", "order_deleted", "order_taken", "order_full", "order_responded", "order_completed", "order_expired", "order_closed"] as const;
const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 20_000];

function address(topic: Topic, lastId: string | undefined): string {
  const query = new URLSearchParams();
  if (topic.category) query.set("category", topic.category);
  if (topic.city) query.set("city", topic.city);
  if (lastId !== undefined) query.set("last_event_id", lastId);
  return `/api/orders/stream?${query.toString()}`;
}

/** Follows `topic` until the returned function is called. */
export function follow(topic: Topic, handlers: Handlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  const note = (event: MessageEvent) => {
    if (event.lastEventId !== "") handlers.onId(event.lastEventId);
  };

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };

  const open = () => {
    close();
    if (stopped || document.hidden) return;
    const mine = new EventSource(address(topic, handlers.lastId()));
    source = mine;
    mine.onopen = () => {
      failures = 0;
      handlers.onState?.(true);
    };
    mine.onerror = () => {
      if (source !== mine) return;
      handlers.onState?.(false);
      if (mine.readyState !== EventSource.CLOSED) return;
      const wait = WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)] ?? 20_000;
      close();
      timer = setTimeout(open, wait);
    };
    for (const name of EVENTS) {
      mine.addEventListener(name, (event: MessageEvent<string>) => {
        note(event);
        const order = read(event.data);
        if (order !== null) handlers.onOrder(name, order);
      });
    }
    mine.addEventListener("reset", (event: MessageEvent<string>) => {
      note(event);
      handlers.onReset();
    });
  };

  const seen = () => (document.hidden ? close() : open());
  const online = () => {
    failures = 0;
    open();
  };
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", online);
  open();

  return () => {
    stopped = true;
    close();
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("online", online);
  };
}

function read(data: string): Order | null {
  try {
    return JSON.parse(data) as Order;
  } catch {
    return null;
  }
}
