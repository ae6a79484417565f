import { expect, it } from "vitest";
import { readObject } from "./json";

it("takes objects only", () => {
  expect(readObject('{"a":[1]}')).toEqual({ value: { a: [1] } });
  for (const wrong of ["", "{", "[]", "null", "1", '"a"']) expect(readObject(wrong)).toHaveProperty("error");
});
