// Numbers of charts. Money is added up as integers; only pixels are floats.

/** Sum of decimals with at most `digits` behind the point. */
export function sumDecimals(values: readonly string[], digits = 2): string {
  const unit = 10n ** BigInt(digits);
  let sum = 0n;
  for (const value of values) {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
    if (match === null) continue;
    const [, sign = "", whole = "0", rest = ""] = match;
    const amount = BigInt(whole) * unit + BigInt(rest.padEnd(digits, "0").slice(0, digits) || "0");
    sum += sign === "-" ? -amount : amount;
  }
  const all = (sum < 0n ? -sum : sum).toString().padStart(digits + 1, "0");
  return `${sum < 0n ? "-" : ""}${all.slice(0, all.length - digits)}${digits > 0 ? `.${all.slice(-digits)}` : ""}`;
}

/** `part` of `whole` in percent with one digit; nothing of nothing. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 1000) / whole) / 10;
}

/** Sum of one column. */
export function total<B>(buckets: readonly B[], of: (bucket: B) => number): number {
  return buckets.reduce((sum, bucket) => sum + of(bucket), 0);
}
