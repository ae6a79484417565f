import { describe, expect, it } from "vitest";
import { isZero, readAmount } from "./amount";

describe("readAmount", () => {
  it("reads what people of both languages type", () => {
    expect(readAmount("100", 2)).toBe("100");
    expect(readAmount(" 1 234,50 ", 2)).toBe("1234.50");
    expect(readAmount("-12,50", 2)).toBe("-12.50");
    expect(readAmount("−12.5", 2)).toBe("-12.50");
    expect(readAmount("+7", 2)).toBe("7");
    expect(readAmount("0.000000001", 9)).toBe("0.000000001");
    expect(readAmount("007", 2)).toBe("7");
  });
  it("refuses what is no amount, or finer than the currency", () => {
    for (const wrong of ["", "-", "1.234", "1,2,3", "1e3", "12.", "0x10", "--1", "9".repeat(13)]) expect(readAmount(wrong, 2)).toBeUndefined();
  });
  it("knows nothing when it sees it", () => {
    expect(isZero("0.00")).toBe(true);
    expect(isZero("-0")).toBe(true);
    expect(isZero("0.01")).toBe(false);
  });
});
