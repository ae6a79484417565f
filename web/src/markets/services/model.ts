// An order as its readers see it, decided from what the server says; no request, no drawing.

import type { components } from "@/api/schema";

export type Order = components["schemas"]["Order"];
export type Category = components["schemas"]["Category"];
export type Status = components["schemas"]["Status"];

/** How many executors may open one contact. */
export const SLOTS = 3;
/** How long executors wait for an answer, from the first take. */
const SILENCE_MS = 15 * 60_000;

export const CATEGORIES: readonly Category[] = ["Сантехника", "Электрика", "Бытовой ремонт", "Клининг", "Сборка/установка", "Бытовая техника", "Другое"];

/** Where an order stands for those who have to do with it. */
export type Phase =
  /** Nobody has taken it yet. */
  | "open"
  /** Somebody paid and waits for the answer. */
  | "waiting"
  /** The customer answered; it can still be taken. */
  | "answered"
  /** The hour is over, but a late taker still waits for the answer. */
  | "late"
  /** Over with an answer, not marked as done. */
  | "over"
  /** The hour went by and nobody took it. */
  | "expired"
  /** Closed without an answer: the money went back. */
  | "refunded"
  | "completed"
  | "deleted";

export function phaseOf(order: Order): Phase {
  const taken = order.taken_by.length > 0;
  const answered = order.customer_responded_at !== null;
  switch (order.status) {
    case "active":
      return !taken ? "open" : answered ? "answered" : "waiting";
    case "expired":
      return !taken ? "expired" : answered ? "over" : "late";
    case "closed_no_response":
      return "refunded";
    case "completed":
      return "completed";
    case "deleted":
      return "deleted";
  }
}

/** Phases in which something is still to happen. */
export const isGoing = (phase: Phase): boolean => phase === "open" || phase === "waiting" || phase === "answered" || phase === "late";

/** Until when the customer has to answer, in milliseconds; null when nobody waits. */
export function answerBy(order: Order): number | null {
  if (order.customer_responded_at !== null) return null;
  const first = order.taken_by.map((take) => Date.parse(take.taken_at)).sort((a, b) => a - b)[0];
  return first === undefined ? null : first + SILENCE_MS;
}

export const isFull = (order: Order): boolean => order.taken_by.length >= SLOTS;

export const hasTaken = (order: Order, who: number | undefined): boolean => who !== undefined && order.taken_by.some((take) => take.executor_id === who);

/** Whether it can be taken at `now` by somebody who has not. */
export function isTakeable(order: Order, now: number): boolean {
  return order.status === "active" && !isFull(order) && Date.parse(order.expires_at) > now;
}

export type Reader = "customer" | "taker" | "visitor";

/** Who `me` is to the order: the contact is there for its customer and its takers alone. */
export function readerOf(order: Order, me: number | undefined): Reader {
  if (hasTaken(order, me)) return "taker";
  return order.contact !== null && me !== undefined ? "customer" : "visitor";
}

/** What the customer may do, as the server decides it. */
export function customerMay(phase: Phase) {
  return {
    respond: phase === "waiting" || phase === "late",
    complete: phase === "waiting" || phase === "answered" || phase === "late" || phase === "over",
    close: phase === "waiting" || phase === "answered" || phase === "late",
    edit: phase === "open",
    remove: phase === "open" || phase === "expired",
    // The server takes one of a late order too; first comes the answer.
    review: phase === "completed" || phase === "over",
  };
}

/** Whether the feed of `me` shows it. */
export function isInFeed(order: Order, me: number | undefined): boolean {
  return order.status === "active" && (!isFull(order) || hasTaken(order, me));
}
