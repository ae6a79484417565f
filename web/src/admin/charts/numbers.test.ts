import { describe, expect, it } from "vitest";
import { percent, sumDecimals, total } from "./numbers";

describe("sumDecimals", () => {
  it("is exact where floats are not", () => {
    expect(sumDecimals(["0.10", "0.20"])).toBe("0.30");
    expect(sumDecimals(["90071992547409.91", "0.02"])).toBe("90071992547409.93");
    expect(sumDecimals(["1", "-2.5"])).toBe("-1.50");
    expect(sumDecimals(["-0.05"])).toBe("-0.05");
    expect(sumDecimals([])).toBe("0.00");
    expect(sumDecimals(["0.000000001", "1"], 9)).toBe("1.000000001");
  });
});

it("has no share of nothing", () => {
  expect(percent(1, 3)).toBe(33.3);
  expect(percent(0, 0)).toBeNull();
  expect(total([{ n: 1 }, { n: 2 }], (one) => one.n)).toBe(3);
});
