// Exact arithmetic with amounts as the wire writes them: decimal strings, never floats.

const PATTERN = /^([+-]?)(\d+)(?:[.,](\d*))?$/;

/** `"12.5"` with `digits` 2 is 1250n; nothing for what is no amount or has more digits than that. */
export function toMinor(amount: string, digits: number): bigint | undefined {
  const match = PATTERN.exec(amount.replace(/[\s\u00a0]/g, ""));
  if (match === null) return undefined;
  const [, sign, whole = "0", fraction = ""] = match;
  if (fraction.length > digits && /[1-9]/.test(fraction.slice(digits))) return undefined;
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  return sign === "-" ? -minor : minor;
}

/** The other way: 1250n with `digits` 2 is `"12.50"`. */
export function fromMinor(minor: bigint, digits: number): string {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0n ? "-" : ""}${whole}${digits === 0 ? "" : `.${text.slice(text.length - digits)}`}`;
}

/** Digits after the point, by currency. */
export const digitsOf = (currency: string): number => (currency === "TON" ? 9 : 2);

/** How many times an amount; as it was when it is none. */
export function times(amount: string | number, quantity: number, digits = 2): string {
  const minor = toMinor(String(amount), digits);
  return minor === undefined ? String(amount) : fromMinor(minor * BigInt(quantity), digits);
}

/** Sum of two; the first one when one of them is no amount. */
export function plus(a: string | number, b: string | number, digits = 2): string {
  const [x, y] = [toMinor(String(a), digits), toMinor(String(b), digits)];
  return x === undefined || y === undefined ? String(a) : fromMinor(x + y, digits);
}

/** Which is larger: below zero when it is `b`. */
export function compare(a: string | number, b: string | number, digits = 9): number {
  const [x, y] = [toMinor(String(a), digits) ?? 0n, toMinor(String(b), digits) ?? 0n];
  return x < y ? -1 : x > y ? 1 : 0;
}
