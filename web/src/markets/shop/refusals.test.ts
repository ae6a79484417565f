import { beforeEach, expect, test } from "vitest";
import { ApiError, describe } from "@/api/errors";
import { setLang } from "@/i18n";
import { explainShop, shortLines } from "./refusals";

beforeEach(() => {
  explainShop();
  setLang("ru");
});

const short = new ApiError(409, "insufficient_stock", "Insufficient stock: Кружка (2 wanted, 1 available), Плед (1 wanted, 0 available)", [
  { field: "a", message: "2 wanted, 1 available" },
  { field: "b", message: "1 wanted, 0 available" },
]);

test("every short line is named", () => {
  expect(shortLines(short)).toEqual([{ product: "a", wanted: 2, available: 1 }, { product: "b", wanted: 1, available: 0 }]);
  expect(describe(short)).toBe("Столько нет в наличии: Кружка: 1 < 2, Плед: 0 < 1");
});

test("known codes speak both languages", () => {
  const error = new ApiError(409, "coupon_used_up", "This coupon was used up");
  expect(describe(error)).toBe("Этот промокод уже использован");
  setLang("en");
  expect(describe(error)).toBe("This promo code has been used up");
});
