// Days as people choose them, moments as the server wants them.

/** Beginning of a day that was chosen, on this device's calendar; nothing without one. */
export function dayStart(day: string | undefined): string | undefined {
  return at(day, 0);
}

/** Beginning of the day after: ranges do not hold their end. */
export function dayEnd(day: string | undefined): string | undefined {
  return at(day, 1);
}

function at(day: string | undefined, plus: number): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "");
  if (match === null) return undefined;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + plus);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** `2026-03-09` of a moment, on this device's calendar. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]] as const;

/** How long something lasts, in its greatest unit: `3 ч`, `2 days`; under a minute in seconds. */
export function formatAge(seconds: number, language: "ru" | "en"): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [unit, size] = UNITS.find(([, each]) => whole >= each) ?? (["second", 1] as const);
  return new Intl.NumberFormat(language === "ru" ? "ru-RU" : "en-GB", { style: "unit", unit, unitDisplay: language === "ru" ? "short" : "long" }).format(Math.floor(whole / size));
}
