import { expect, it } from "vitest";
import { bucketFormat, ownRange, presetRange } from "./range";

it("ends with the hour or the day that is now", () => {
  const now = Date.parse("2026-03-09T10:20:00Z");
  expect(presetRange("day", now)).toEqual({ from: "2026-03-08T11:00:00.000Z", to: "2026-03-09T11:00:00.000Z", bucket: "hour" });
  expect(presetRange("week", now)).toEqual({ from: "2026-03-03T00:00:00.000Z", to: "2026-03-10T00:00:00.000Z", bucket: "day" });
});

it("takes whole days, not more than the server gives, and never backwards", () => {
  expect(ownRange("2026-03-09", "2026-03-09")).toEqual({ from: "2026-03-09T00:00:00.000Z", to: "2026-03-10T00:00:00.000Z", bucket: "hour" });
  expect(ownRange("2026-03-01", "2026-03-09")?.bucket).toBe("day");
  expect(ownRange("2026-03-09", "2026-03-01")).toBeUndefined();
  expect(ownRange("2026-03-09", "2026-03-08")).toBeUndefined();
  expect(ownRange("2025-01-01", "2026-02-04")).toBeDefined();
  expect(ownRange("2025-01-01", "2026-02-05")).toBeUndefined();
  expect(ownRange(undefined, "2026-03-01")).toBeUndefined();
  expect(ownRange("soon", "later")).toBeUndefined();
});

it("calls a day what the server counted as one", () => {
  expect(bucketFormat("en", false).format(new Date("2026-03-09T00:00:00Z"))).toBe("9 Mar");
});
