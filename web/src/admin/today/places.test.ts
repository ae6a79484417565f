import { expect, it } from "vitest";
import { markets } from "@/markets";
import { queuePlace } from "./places";

it("knows where each queue of the server is worked off", () => {
  const known = ["platform.flagged_payments", "platform.dead_letters", "platform.dead_jobs", "platform.withdrawals_to_approve", "platform.deposits_in_suspense", "telegram.undelivered", "services.complaints", "shop.low_stock", "shop.orders_to_fulfil"];
  for (const name of known) expect(queuePlace(name, markets)?.path, name).toMatch(/^\/admin\/./);
  expect(queuePlace("services.complaints", markets)?.path).toBe("/admin/services/complaints");
});

it("does not invent a place", () => {
  expect(queuePlace("ads.disputes", markets)).toBeUndefined();
});
