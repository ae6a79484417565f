import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Order } from "../model";
import { FeedStore } from "./store";

const ME = 7;

function order(id: string, minute: number, more: Partial<Order> = {}): Order {
  const at = (m: number) => new Date(Date.UTC(2026, 0, 1, 12, m)).toISOString();
  return {
    id, category: "Клининг", description: "Убрать квартиру после ремонта", city: "Москва", contact: null, created_at: at(minute), expires_in_minutes: 60, status: "active",
    taken_by: [], customer_responded_at: null, city_locked: true, rating: null, review_comment: null, expires_at: at(minute + 60), seconds_left: 3600, price: 2, ...more,
  };
}

const takes = (...who: number[]) => ({ taken_by: who.map((executor_id) => ({ executor_id, taken_at: "2026-01-01T12:30:00Z" })) });

describe("feed", () => {
  let feed: FeedStore;
  beforeEach(() => {
    feed = new FeedStore(ME);
    feed.start({ orders: [order("c", 30), order("b", 20), order("a", 10)], next_cursor: "more" });
  });

  it("lets what is new wait until it may move the rest", () => {
    feed.apply({ event: "order_created", order: order("d", 40) });
    expect(feed.list()).toEqual(["c", "b", "a"]);
    expect(feed.flush()).toBe(1);
    expect(feed.list()).toEqual(["d", "c", "b", "a"]);
  });

  it("puts what comes late in its place", () => {
    feed.apply({ event: "order_created", order: order("x", 25) });
    feed.flush();
    expect(feed.list()).toEqual(["c", "x", "b", "a"]);
  });

  it("tells the row alone that it fills up", () => {
    const [row, other, list] = [vi.fn(), vi.fn(), vi.fn()];
    feed.watchRow("b", row);
    feed.watchRow("c", other);
    feed.watchList(list);
    feed.apply({ event: "order_taken", order: order("b", 20, takes(1, 2)) });
    expect(feed.get("b")?.taken_by.length).toBe(2);
    expect([row, other, list].map((fn) => fn.mock.calls.length)).toEqual([1, 0, 0]);
  });

  it("takes out what is full or over, and not what I have taken", () => {
    feed.apply({ event: "order_full", order: order("b", 20, takes(1, 2, 3)) });
    feed.apply({ event: "order_full", order: order("a", 10, takes(1, ME, 3)) });
    expect(feed.isGoing("b")).toBe(true);
    expect(feed.list()).toEqual(["c", "b", "a"]);
    feed.flush();
    expect(feed.list()).toEqual(["c", "a"]);
    feed.apply({ event: "order_expired", order: order("a", 10, { ...takes(1, ME, 3), status: "expired" }) });
    feed.flush();
    expect(feed.list()).toEqual(["c"]);
  });

  it("never shows what came and went meanwhile", () => {
    feed.apply({ event: "order_created", order: order("d", 40) });
    feed.apply({ event: "order_deleted", order: order("d", 40, { status: "deleted" }) });
    expect(feed.hasPending()).toBe(false);
  });

  it("leaves out what stands in a page that is not loaded", () => {
    feed.apply({ event: "order_updated", order: order("0", 5) });
    expect(feed.hasPending()).toBe(false);
    feed.add({ orders: [order("a", 10), order("0", 5)] });
    expect(feed.list()).toEqual(["c", "b", "a", "0"]);
  });

  it("does not bring back what was taken by others", () => {
    feed.apply({ event: "order_taken", order: order("unknown", 50, takes(1)) });
    expect(feed.hasPending()).toBe(false);
  });

  it("ends an order whose hour is over", () => {
    feed.end("c");
    feed.end("c");
    feed.flush();
    expect(feed.list()).toEqual(["b", "a"]);
  });

  it("looks up what was missed without losing its place", () => {
    feed.add({ orders: [order("0", 5)], next_cursor: "more" });
    feed.refresh({ orders: [order("d", 40), order("b", 20, takes(1)), order("a", 10, takes(1, 2, 3))], next_cursor: "more" });
    expect(feed.get("b")?.taken_by.length).toBe(1);
    feed.flush();
    // `c` has gone, `a` is full, `0` is older than what was asked for.
    expect(feed.list()).toEqual(["d", "b", "0"]);
  });

  it("loses nothing that is told while a page is on its way", () => {
    const first = new FeedStore(ME);
    const asked = first.mark();
    first.apply({ event: "order_created", order: order("d", 40) });
    first.apply({ event: "order_full", order: order("c", 30, takes(1, 2, 3)) });
    first.start({ orders: [order("c", 30), order("b", 20)] }, asked);
    first.flush();
    expect(first.list()).toEqual(["d", "b"]);
    const again = first.mark();
    first.apply({ event: "order_created", order: order("e", 50) });
    first.flush();
    first.refresh({ orders: [order("d", 40), order("b", 20)] }, again);
    first.flush();
    expect(first.list()).toEqual(["e", "d", "b"]);
  });

  it("starts again with nothing of before", () => {
    feed.apply({ event: "order_created", order: order("d", 40) });
    feed.start({ orders: [order("e", 50)] });
    expect(feed.list()).toEqual(["e"]);
    expect([feed.hasPending(), feed.next]).toEqual([false, undefined]);
  });

  it("leaves the blocks alone that nothing happens in", () => {
    const page = (from: number, n: number) => Array.from({ length: n }, (_, k) => order(`o${from - k}`, from - k));
    feed.start({ orders: page(100, 45) });
    const [first, second, third] = feed.blocks();
    expect(feed.blocks().map((block) => block.ids.length)).toEqual([20, 20, 5]);
    feed.apply({ event: "order_created", order: order("new", 101) });
    feed.apply({ event: "order_full", order: order("o75", 75, takes(1, 2, 3)) });
    feed.flush();
    const after = feed.blocks();
    expect(after.map((block) => block.ids.length)).toEqual([1, 20, 19, 5]);
    expect([after[1] === first, after[2] === second, after[2]?.key === second?.key, after[3] === third]).toEqual([true, false, true, true]);
  });

  it("stays in order whatever comes, in blocks that do not grow without end", () => {
    feed.start({ orders: [] });
    const minutes = Array.from({ length: 300 }, (_, n) => (n * 137) % 300);
    minutes.forEach((minute, n) => {
      feed.apply({ event: "order_created", order: order(`m${String(minute).padStart(3, "0")}`, minute) });
      if (n % 7 === 0) feed.flush();
    });
    feed.flush();
    expect(feed.list()).toEqual([...new Set(minutes)].sort((a, b) => b - a).map((minute) => `m${String(minute).padStart(3, "0")}`));
    expect(Math.max(...feed.blocks().map((block) => block.ids.length))).toBeLessThan(40);
    expect(new Set(feed.blocks().map((block) => block.key)).size).toBe(feed.blocks().length);
  });
});
