// Amounts that the staff types.

/** A signed decimal as the server reads it, or nothing if this is none; `-12,50` is `-12.50`. */
export function readAmount(typed: string, digits: number): string | undefined {
  const match = /^([+\-−]?)\s*(\d{1,12})(?:[.,](\d+))?$/.exec(typed.trim().replace(/[\s\u00a0]/g, ""));
  if (match === null) return undefined;
  const [, sign = "", whole = "", rest = ""] = match;
  if (rest.length > digits) return undefined;
  // Kopecks are written with two digits.
  const number = `${whole.replace(/^0+(?=\d)/, "")}${rest === "" ? "" : `.${digits === 2 ? rest.padEnd(2, "0") : rest}`}`;
  return sign === "-" || sign === "−" ? `-${number}` : number;
}

/** Whether an amount of [`readAmount`] is nothing. */
export const isZero = (amount: string): boolean => !/[1-9]/.test(amount);

/** Digits behind the point. */
export const digitsOf = (currency: string): number => (currency === "TON" ? 9 : 2);
