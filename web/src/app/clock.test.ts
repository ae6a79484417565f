import { afterEach, beforeEach, expect, it, vi } from "vitest";

const START = Date.UTC(2026, 0, 1, 12, 0, 0, 400);

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ now: START });
});
afterEach(() => void vi.useRealTimers());

it("keeps the latest of the times that old answers name", async () => {
  const { noteServerTime, now } = await import("./clock");
  // The server is 5 s ahead; its header has whole seconds.
  const answer = (later: number) => {
    vi.setSystemTime(START + later);
    noteServerTime(new Date(START + later + 5_000).toUTCString());
    return now() - Date.now();
  };
  expect([0, 590, 600, 1_500, 2_700].map(answer)).toEqual([4_600, 4_600, 5_000, 5_000, 5_000]);
});

it("never goes back by less than a jump, and follows a jump", async () => {
  const { noteServerTime, now } = await import("./clock");
  noteServerTime(START + 5_000);
  noteServerTime(START + 4_100);
  expect(now() - START).toBe(5_000);
  noteServerTime(START + 3_605_000);
  expect(now() - START).toBe(3_605_000);
  noteServerTime(START - 60_000);
  expect(now() - START).toBe(-60_000);
});
