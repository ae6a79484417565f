import { expect, test } from "vitest";
import { BLANK, bodyOf, changesOf, fieldsOf, lines, schema } from "./form";

const good = { ...BLANK, name: "Кружка", price: "350" };

test("what is typed is sent with exact money", () => {
  expect(bodyOf({ ...good, price: "1 349,5", images: "https://a.test/1.jpg\n\n https://a.test/2.jpg ", low_stock: "3" })).toMatchObject({ price: "1349.50", images: ["https://a.test/1.jpg", "https://a.test/2.jpg"], low_stock: 3 });
});

test("an empty threshold means never", () => {
  expect(bodyOf(good).low_stock).toBe(-1);
  expect(fieldsOf({ ...good, images: [], low_stock: null } as never).low_stock).toBe("");
});

test("wrong prices, numbers and addresses are named", () => {
  const wrong = (fields: object) => schema().safeParse({ ...good, ...fields }).error?.issues.map((issue) => issue.path[0]);
  expect(wrong({})).toBeUndefined();
  expect(wrong({ price: "-1" })).toEqual(["price"]);
  expect(wrong({ price: "10.005" })).toEqual(["price"]);
  expect(wrong({ price: "10000000000" })).toEqual(["price"]);
  expect(wrong({ name: "  " })).toEqual(["name"]);
  expect(wrong({ low_stock: "1.5" })).toEqual(["low_stock"]);
  expect(wrong({ images: "javascript:alert(1)" })).toEqual(["images"]);
});

test("lines are trimmed and empty ones left out", () => {
  expect(lines(" a \n\n b\n")).toEqual(["a", "b"]);
});

test("only what was changed is sent", () => {
  expect(changesOf(good, { ...good, price: "350.00" })).toEqual({});
  expect(changesOf({ ...good, description: "Белая" }, { ...good, description: "", price: "1" })).toEqual({ description: "", price: "1.00" });
});
