import { expect, it } from "vitest";
import { readValue } from "./value";

it("reads each kind as the server wants it", () => {
  expect(readValue({ kind: "integer", currency: null }, " 15 ")).toBe(15);
  expect(readValue({ kind: "integer", currency: null }, "1.5")).toBeUndefined();
  expect(readValue({ kind: "amount", currency: "RUB" }, "2,50")).toBe("2.50");
  expect(readValue({ kind: "amount", currency: "RUB" }, "2.505")).toBeUndefined();
  expect(readValue({ kind: "switch", currency: null }, false)).toBe(false);
  expect(readValue({ kind: "switch", currency: null }, "false")).toBeUndefined();
  expect(readValue({ kind: "text", currency: null }, " 5 ")).toBe(" 5 ");
});
