// Ranges of charts. The server counts in whole hours and whole days of UTC, and so do they.

import type { ChartRange } from "@/markets/market";

export const PRESETS = ["day", "week", "month", "quarter"] as const;
export type Preset = (typeof PRESETS)[number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS: Record<Exclude<Preset, "day">, number> = { week: 7, month: 30, quarter: 90 };
/** The server answers with at most so many buckets. */
const BUCKETS = 400;

const range = (from: number, to: number, bucket: ChartRange["bucket"]): ChartRange => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), bucket });

/** The last hours or days; the current one is the last of them. */
export function presetRange(preset: Preset, now: number): ChartRange {
  if (preset === "day") {
    const end = (Math.floor(now / HOUR) + 1) * HOUR;
    return range(end - DAY, end, "hour");
  }
  const end = (Math.floor(now / DAY) + 1) * DAY;
  return range(end - DAYS[preset] * DAY, end, "day");
}

/** From one day to another, both whole; nothing when they are no range. */
export function ownRange(from: string | undefined, to: string | undefined): ChartRange | undefined {
  const [start, end] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`) + DAY];
  const days = (end - start) / DAY;
  // NaN of what is no day is not in any range.
  if (!(days >= 1 && days <= BUCKETS)) return undefined;
  return range(start, end, days <= 2 ? "hour" : "day");
}

/** How the beginning of a bucket is written. */
export function bucketFormat(language: "ru" | "en", hours: boolean): Intl.DateTimeFormat {
  const locale = language === "ru" ? "ru-RU" : "en-GB";
  return hours ? new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
}
