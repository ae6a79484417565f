import { expect, it } from "vitest";
import { ownRange, presetRange } from "./range";

it("goes back from the end of this hour", () => {
  const now = Date.parse("2026-03-09T10:20:00Z");
  expect(presetRange("day", now)).toEqual({ from: "2026-03-08T11:00:00.000Z", to: "2026-03-09T11:00:00.000Z", bucket: "hour" });
  expect(presetRange("week", now).bucket).toBe("day");
});

it("takes whole days, not more than the server gives, and never backwards", () => {
  expect(ownRange("2026-03-09", "2026-03-09")?.bucket).toBe("hour");
  expect(ownRange("2026-03-01", "2026-03-09")?.bucket).toBe("day");
  expect(ownRange("2026-03-09", "2026-03-01")).toBeUndefined();
  expect(ownRange("2024-01-01", "2026-03-01")).toBeUndefined();
  expect(ownRange(undefined, "2026-03-01")).toBeUndefined();
});
