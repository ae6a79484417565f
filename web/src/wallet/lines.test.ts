import { expect, test } from "vitest";
import { aboutLine, signed } from "./lines";

test("a line leads to what it belongs to", () => {
  expect(aboutLine({ kind: "shop.purchase", details: { order_id: "01a2-b3" } as never })).toEqual({ title: "line_purchase", why: "line_purchase_why", to: "/shop/orders/01a2-b3" });
  expect(aboutLine({ kind: "services.refund", details: { order_id: "01a2" } as never }).to).toBe("/services/orders/01a2");
  expect(aboutLine({ kind: "services.recharge", details: { method: "stars" } as never }).to).toBeUndefined();
});

test("what is no name of an order is no link", () => {
  expect(aboutLine({ kind: "shop.purchase", details: { order_id: "../admin" } as never }).to).toBeUndefined();
  expect(aboutLine({ kind: "shop.purchase", details: {} as never }).to).toBeUndefined();
});

test("an unknown kind is told by its name", () => {
  expect(aboutLine({ kind: "gifts.bid", details: {} as never }).title).toBe("line_other");
});

test("what came in has a plus", () => {
  expect(signed("5.00")).toBe("+5.00");
  expect(signed("-5.00")).toBe("-5.00");
});
