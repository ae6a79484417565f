import { expect, test } from "vitest";
import { compare, fromMinor, plus, times, toMinor } from "./decimal";

test("amounts are read to the last digit", () => {
  expect(toMinor("12.5", 2)).toBe(1250n);
  expect(toMinor("12,50", 2)).toBe(1250n);
  expect(toMinor("1 234.05", 2)).toBe(123405n);
  expect(toMinor("0.000000001", 9)).toBe(1n);
  expect(toMinor("12.500", 2)).toBe(1250n);
  expect(toMinor("-3", 2)).toBe(-300n);
  expect(toMinor("9999999999.99", 2)).toBe(999999999999n);
});

test("what is no amount is none", () => {
  for (const text of ["", "abc", "1.2.3", "1e5", "0.001", ".5", "NaN", "--1"]) expect(toMinor(text, 2)).toBeUndefined();
});

test("amounts are written with all digits", () => {
  expect(fromMinor(1250n, 2)).toBe("12.50");
  expect(fromMinor(5n, 2)).toBe("0.05");
  expect(fromMinor(-5n, 2)).toBe("-0.05");
  expect(fromMinor(7n, 0)).toBe("7");
});

test("sums are exact where floats are not", () => {
  expect(plus("0.10", "0.20")).toBe("0.30");
  expect(times("149.90", 3)).toBe("449.70");
  expect(plus("1.000000000", "0.050000000", 9)).toBe("1.050000000");
  expect(compare("10.00", "9.99")).toBe(1);
  expect(compare("573", "573.00")).toBe(0);
});
