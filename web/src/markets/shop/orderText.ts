// An order in words.

import type { Translate } from "@/i18n";
import type { Order, Status } from "./data";
import type { texts } from "./order.texts";

type Key = keyof (typeof texts)["ru"];

/** What the shop writes into the history when digital goods are handed out. */
const KEYS_HANDED = "keys handed out";

/** What an order is called among people: the end of its name. */
export const numberOf = (id: string): string => id.slice(-8).toUpperCase();

/** Whether it was fulfilled by nothing but keys. */
export const onlyKeys = (order: Order): boolean => order.timeline.some((entry) => entry.note === KEYS_HANDED);

type Word = Status | "keys";

export const wordOf = (order: Order): Word => (order.status === "fulfilled" && onlyKeys(order) ? "keys" : order.status);

export const toneOf = (status: Status): "plain" | "good" | "bad" | "warn" | "info" =>
  status === "delivered" || status === "fulfilled" || status === "paid" ? "good" : status === "canceled" || status === "expired" ? "plain" : status === "refunded" ? "info" : "warn";

export interface Step {
  at: string;
  text: string;
  /** What a person has written about it. */
  note: string;
}

/** What is told of a step; the other notes are the program's own words. */
const TOLD = ["fulfilled", "delivered", "refunded", "partly_refunded"];

/** The history, oldest first. Made and reserved are one moment; the same step again is one step. */
export function stepsOf(order: Order, t: Translate<Key>): Step[] {
  const steps: Step[] = [];
  let last = "";
  for (const entry of order.timeline) {
    const said = entry.note === KEYS_HANDED ? "keys" : entry.event;
    const payment = said === "payment_requested" || said === "payment_pending";
    // Choosing a way and beginning it is one thing to whoever pays; so is asking again.
    const name = payment ? `payment ${entry.note}` : said;
    if (said === "created" || name === last) continue;
    last = name;
    steps.push({ at: entry.at, text: payment ? way(entry.note, t) : word(said, t), note: TOLD.includes(entry.event) && said !== "keys" ? entry.note : "" });
  }
  return steps;
}

const WAYS: readonly string[] = ["balance", "stars", "test", "ton"];

const way = (name: string, t: Translate<Key>): string =>
  WAYS.includes(name) ? `${t("event_payment_requested")}: ${t(`way_${name}` as Key)}` : t("event_payment_requested");

const EVENTS: readonly string[] = ["reserved", "paid", "fulfilled", "keys", "delivered", "canceled", "expired", "refunded", "partly_refunded", "payment_returned"];

/** A step that this page does not know yet is shown by its name. */
const word = (name: string, t: Translate<Key>): string => (EVENTS.includes(name) ? t(`event_${name}` as Key) : name.replaceAll("_", " "));
