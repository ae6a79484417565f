// The live stream of orders, resumed after the last message that was seen: after a cut, a refusal, a
// server that has gone silent, and when the page is looked at again.

import { credential } from "@/api/session";
import type { Category, Order } from "../model";
import { sseReader, type Frame } from "./sse";

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

const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000];
/** The server gives a sign of life every 15 seconds; one that gives none for so long is gone. */
const SILENT_MS = 40_000;

function address(topic: Topic, lastId: string | undefined): string {
  const query = new URLSearchParams();
  if (topic.category) query.set("category", topic.category);
  if (topic.city) query.set("city", topic.city);
  if (lastId !== undefined) query.set("last_event_id", lastId);
  return `/api/orders/stream?${query.toString()}`;
}

/** Follows `topic` until the returned function is called. */
export function follow(topic: Topic, handlers: Handlers): () => void {
  let current: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const handle = ({ id, event, data }: Frame) => {
    if (id !== undefined) handlers.onId(id);
    if (data === "") return;
    if (event === "reset") return handlers.onReset();
    const order = read(data);
    if (order !== null) handlers.onOrder(event, order);
  };

  const close = () => {
    clearTimeout(timer);
    current?.abort();
    current = undefined;
  };

  const open = () => {
    close();
    if (document.hidden) return;
    const mine = new AbortController();
    current = mine;
    void receive(address(topic, handlers.lastId()), mine, handle, () => {
      failures = 0;
      handlers.onState?.(true);
    }).catch(() => undefined).then(() => {
      if (current !== mine) return;
      handlers.onState?.(false);
      timer = setTimeout(open, WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)]);
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
    close();
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("online", online);
  };
}

/** Reads until the stream ends, is cut, or has been silent for too long. */
async function receive(url: string, control: AbortController, handle: (frame: Frame) => void, onOpen: () => void): Promise<void> {
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => control.abort(), SILENT_MS);
  };
  try {
    alive();
    const response = await fetch(url, { headers: { accept: "text/event-stream", ...credential() }, cache: "no-store", signal: control.signal });
    if (!response.ok || response.body === null) return;
    onOpen();
    const [reader, decoder, frames] = [response.body.getReader(), new TextDecoder(), sseReader()];
    for (;;) {
      const { done, value } = await reader.read();
      if (done || control.signal.aborted) return;
      alive();
      for (const frame of frames(decoder.decode(value, { stream: true }))) handle(frame);
    }
  } finally {
    clearTimeout(watchdog);
  }
}

function read(data: string): Order | null {
  try {
    return JSON.parse(data) as Order;
  } catch {
    return null;
  }
}
