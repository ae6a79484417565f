// Integers of the smallest unit as decimals, without floats.

const DIGITS: Record<string, number> = { RUB: 2, TON: 9, XTR: 0 };

/** `1250` kopecks are `12.50` roubles; Stars have no parts. */
export function fromMinor(minor: number | string, currency: string): string {
  const digits = DIGITS[currency] ?? 2;
  const text = String(minor);
  const sign = text.startsWith("-") ? "-" : "";
  const all = text.replace("-", "").padStart(digits + 1, "0");
  return digits === 0 ? sign + all : `${sign}${all.slice(0, -digits)}.${all.slice(-digits)}`;
}
