// What the screens ask the server, and where its answers are kept.

import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "preact/hooks";
import { api, newKey } from "@/api/client";
import { ApiError } from "@/api/errors";
import { useBootstrap } from "@/app/bootstrap";
import { now } from "@/app/clock";
import { useList } from "@/app/list";
import { queries } from "@/app/queries";
import { WALLET } from "@/wallet/data";
import { follow } from "./feed/stream";
import { hasTaken, isGoing, phaseOf, type Order } from "./model";

export const keys = {
  all: ["services"] as const,
  order: (id: string) => ["services", "order", id] as const,
  mine: ["services", "mine"] as const,
  takes: ["services", "takes"] as const,
  today: ["services", "today"] as const,
  balance: ["services", "balance"] as const,
  refunds: ["services", "refunds"] as const,
  check: (id: string) => ["services", "check", id] as const,
};

/** Who is looking; undefined for a stranger, null while it is not known yet. */
export function useMe() {
  const app = useBootstrap();
  if (app.data === undefined) return app.isError ? undefined : null;
  return app.data.me ?? undefined;
}

/** The pause of this market, if there is one. */
export function usePause() {
  return useBootstrap().data?.markets.find((market) => market.name === "services")?.paused ?? null;
}

const orderQuery = (id: string) => queryOptions({
  queryKey: keys.order(id),
  queryFn: ({ signal }) => api.get("/api/orders/{id}", { params: { path: { id } }, signal }),
});

/** One order, kept up to date by the stream while something may happen to it. */
export function useOrder(id: string) {
  const query = useQuery(orderQuery(id));
  const order = query.data;
  const live = order !== undefined && isGoing(phaseOf(order));
  const seen = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!live || order === undefined) return undefined;
    // What became of the order may have moved money, too.
    const again = () => forget(id);
    let opened = false;
    return follow({ category: order.category, city: order.city }, {
      lastId: () => seen.current,
      onId: (last) => (seen.current = last),
      onReset: again,
      // Back after a cut: something may have been missed.
      onState: (on) => {
        if (on && opened) again();
        opened ||= on;
      },
      onOrder: (_, news) => {
        if (news.id !== id) return;
        // The stream knows no reader: what only this one may see stays as it was.
        queries.setQueryData(keys.order(id), (known: Order | undefined) => (known === undefined ? known : { ...news, contact: known.contact, location: known.location }));
        again();
      },
    });
  }, [id, live, order?.category, order?.city]);
  return query;
}

const PAGE = 20;

function useOrders(key: readonly string[], whose: { mine: true } | { taken_by_me: true }, enabled: boolean, refetchInterval?: number) {
  return useList({
    key,
    load: (cursor, signal) => api.get("/api/orders", { params: { query: { ...whose, status: "all", limit: PAGE, cursor } }, signal }),
    rows: (page) => page.orders,
    enabled,
    ...(refetchInterval === undefined ? {} : { refetchInterval }),
  });
}

export const useMyOrders = (enabled: boolean, every?: number) => useOrders(keys.mine, { mine: true }, enabled, every);
export const useMyTakes = (enabled: boolean, every?: number) => useOrders(keys.takes, { taken_by_me: true }, enabled, every);

export function useBalance(enabled: boolean) {
  return useQuery({ queryKey: keys.balance, enabled, queryFn: ({ signal }) => api.get("/api/balance", { signal }) });
}

/** What came back for an order, by its id, as far as the latest lines of the statement tell. */
export function useRefunds(enabled: boolean) {
  return useQuery({
    queryKey: keys.refunds,
    enabled,
    queryFn: async ({ signal }) => {
      const page = await api.get("/api/balance/transactions", { params: { query: { limit: 100 } }, signal });
      const back = new Map<string, number>();
      for (const line of page.transactions) {
        if (line.type === "refund" && line.order_id) back.set(line.order_id, (back.get(line.order_id) ?? 0) + line.amount);
      }
      return back;
    },
  });
}

export function useCheck(id: string, enabled: boolean) {
  return useQuery({ queryKey: keys.check(id), enabled, queryFn: ({ signal }) => api.get("/api/reviews/check", { params: { query: { order_id: id } }, signal }) });
}

/** Everything that an act on an order makes old. */
export function forget(id: string): void {
  void queries.invalidateQueries({ queryKey: keys.order(id) });
  for (const key of [keys.mine, keys.takes, keys.today, keys.balance, keys.refunds, keys.check(id), WALLET]) void queries.invalidateQueries({ queryKey: key });
}

/** Refusals that say that what is on the screen is old: the order has moved on, the price is another. */
const ORDER_MOVED = new Set(["order_full", "order_gone", "already_responded", "order_locked", "order_not_taken", "not_your_order", "insufficient_balance", "price_changed"]);

/** Loads again what a refusal shows to be old. */
export function learn(error: unknown, id?: string): void {
  if (!(error instanceof ApiError)) return;
  if (error.code === "market_paused") void queries.invalidateQueries({ queryKey: ["app"] });
  if (id !== undefined && ORDER_MOVED.has(error.code)) forget(id);
}

/** An act on an order. */
export function useAct<R, A = void>(id: string, act: (argument: A) => Promise<R>, onDone: (result: R, argument: A) => void, onError: (error: unknown) => void) {
  return useMutation({
    mutationFn: act,
    onSuccess: (result: R, argument: A) => {
      forget(id);
      onDone(result, argument);
    },
    onError: (error) => {
      learn(error, id);
      onError(error);
    },
  });
}

const path = (id: string) => ({ path: { id } });

export const respond = (id: string) => api.post("/api/orders/{id}/respond", { params: path(id) });
export const complete = (id: string, executor: number) => api.post("/api/orders/{id}/complete", { params: path(id), body: { executor_id: executor } });
export const close = (id: string) => api.post("/api/orders/{id}/close", { params: path(id) });
export const remove = (id: string) => api.delete("/api/orders/{id}", { params: path(id) });

/**
 * Pays for the contact, the price that is shown and no other. One key for one wish: a second attempt has
 * no second price.
 */
export function useTake(order: Order, me: number, onDone: (contact: string) => void, onError: (error: unknown) => void) {
  const key = useRef(newKey());
  return useAct(
    order.id,
    () => api.post("/api/orders/{id}/take", { params: { ...path(order.id), query: { price: `${order.price}.00` }, header: { "Idempotency-Key": key.current } } }),
    (taken) => {
      queries.setQueryData(keys.balance, { balance: taken.new_balance });
      queries.setQueryData(keys.order(order.id), (known: Order | undefined) => (known === undefined || hasTaken(known, me) ? known : { ...known, contact: taken.contact, taken_by: [...known.taken_by, { executor_id: me, taken_at: new Date(now()).toISOString() }] }));
      onDone(taken.contact);
    },
    (error) => {
      // A refusal was an answer: the next attempt is another wish. Silence was none.
      if (error instanceof ApiError) key.current = newKey();
      onError(error);
    },
  );
}
