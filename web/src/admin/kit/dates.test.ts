import { describe, expect, it } from "vitest";
import { dayEnd, dayOf, dayStart, formatAge } from "./dates";

describe("days", () => {
  it("begin at midnight of this device and end where the next one begins", () => {
    expect(new Date(dayStart("2026-03-09") ?? "").getHours()).toBe(0);
    expect(dayEnd("2026-02-28")).toBe(dayStart("2026-03-01"));
    expect(dayEnd("2026-12-31")).toBe(dayStart("2027-01-01"));
    expect(dayOf(Date.parse(dayStart("2026-03-09") ?? ""))).toBe("2026-03-09");
  });
  it("nothing comes of what is no day", () => {
    expect(dayStart(undefined)).toBeUndefined();
    expect(dayStart("tomorrow")).toBeUndefined();
  });
});

describe("formatAge", () => {
  it("uses the greatest unit that fits", () => {
    expect(formatAge(59, "en")).toBe("59 seconds");
    expect(formatAge(60, "en")).toBe("1 minute");
    expect(formatAge(3 * 3600 + 59, "en")).toBe("3 hours");
    expect(formatAge(49 * 3600, "ru")).toMatch(/^2\sдн\.?$/);
    expect(formatAge(-5, "en")).toBe("0 seconds");
  });
});
