// What a line of a statement is, and where it comes from.

import type { Line } from "./data";
import type { texts } from "./texts";

type Key = keyof (typeof texts)["ru"];

interface About {
  title: Key;
  why: Key;
  /** Place of what it belongs to. */
  to: string | undefined;
}

const KINDS: Record<string, [title: Key, why: Key, place?: string]> = {
  "services.take": ["line_take", "line_take_why", "/services/orders/"],
  "services.refund": ["line_no_answer", "line_no_answer_why", "/services/orders/"],
  "services.recharge": ["line_recharge", "line_recharge_why"],
  "shop.purchase": ["line_purchase", "line_purchase_why", "/shop/orders/"],
  "shop.refund": ["line_shop_refund", "line_shop_refund_why", "/shop/orders/"],
  adjustment: ["line_adjustment", "line_adjustment_why"],
  deposit: ["line_deposit", "line_deposit_why"],
  withdrawal: ["line_withdrawal", "line_withdrawal_why"],
  withdrawal_fee: ["line_withdrawal_fee", "line_withdrawal_fee_why"],
};

/** A kind that this page does not know yet is told by its name. */
export function aboutLine(line: Pick<Line, "kind" | "details">): About {
  const [title, why, place] = KINDS[line.kind] ?? ["line_other", "line_other_why"];
  const order = (line.details as Record<string, unknown> | undefined)?.["order_id"];
  return { title, why, to: place !== undefined && typeof order === "string" && /^[\w-]+$/.test(order) ? place + order : undefined };
}

/** `+` in front of what came in. */
export const signed = (amount: string): string => (amount.startsWith("-") ? amount : `+${amount}`);
