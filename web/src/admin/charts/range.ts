// Ranges of charts.

import type { ChartRange } from "@/markets/market";
import { dayEnd, dayStart } from "../kit/dates";

export const PRESETS = ["day", "week", "month", "quarter"] as const;
export type Preset = (typeof PRESETS)[number];

const HOURS: Record<Preset, number> = { day: 24, week: 7 * 24, month: 30 * 24, quarter: 90 * 24 };
const HOUR = 3_600_000;
/** The server answers with at most so many buckets. */
const BUCKETS = 400;

/** The last hours or days up to now; the current one is among them. */
export function presetRange(preset: Preset, now: number): ChartRange {
  const bucket = preset === "day" ? "hour" : "day";
  const end = Math.ceil(now / HOUR) * HOUR;
  return { from: new Date(end - HOURS[preset] * HOUR).toISOString(), to: new Date(end).toISOString(), bucket };
}

/** From one day to another, both whole; nothing when they are no range. */
export function ownRange(from: string | undefined, to: string | undefined): ChartRange | undefined {
  const [start, end] = [dayStart(from), dayEnd(to)];
  if (start === undefined || end === undefined) return undefined;
  const hours = (Date.parse(end) - Date.parse(start)) / HOUR;
  if (hours <= 0 || hours / 24 > BUCKETS - 1) return undefined;
  return { from: start, to: end, bucket: hours <= 49 ? "hour" : "day" };
}
