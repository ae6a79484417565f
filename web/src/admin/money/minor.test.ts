import { expect, it } from "vitest";
import { fromMinor } from "./minor";

it("puts the point where the currency has it", () => {
  expect(fromMinor(1250, "RUB")).toBe("12.50");
  expect(fromMinor(5, "RUB")).toBe("0.05");
  expect(fromMinor(-5, "RUB")).toBe("-0.05");
  expect(fromMinor("1000000001", "TON")).toBe("1.000000001");
  expect(fromMinor(7, "XTR")).toBe("7");
});
