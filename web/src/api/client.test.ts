import { expect, test } from "vitest";
import { nextCursor } from "./client";

test("the next page is read from the header", () => {
  expect(nextCursor('</products?limit=2&cursor=WyJh%2BIl0%3D>; rel="next"')).toBe("WyJh+Il0=");
  expect(nextCursor('<http://shop.test/orders?cursor=abc>; rel="next"')).toBe("abc");
});

test("the last page has no next one", () => {
  expect(nextCursor(null)).toBeNull();
  expect(nextCursor("")).toBeNull();
  expect(nextCursor('</products?cursor=abc>; rel="prev"')).toBeNull();
});
