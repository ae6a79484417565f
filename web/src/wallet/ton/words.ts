// Withdrawals in words.

import type { Translate } from "@/i18n";
import type { Withdrawal } from "../data";
import type { texts } from "./texts";

type Key = keyof (typeof texts)["ru"];

/** Whether it can still be taken back. */
export const canCancel = (w: Withdrawal): boolean => w.state === "requested" || w.state === "approved";

export function stateOf(w: Withdrawal): Key {
  if (w.state === "requested" && w.needs_approval) return "state_approval";
  return `state_${w.state}`;
}

export function toneOf(w: Withdrawal): "good" | "warn" | "plain" | "info" {
  return w.state === "confirmed" ? "good" : w.state === "sending" || w.state === "approved" ? "info" : w.state === "requested" ? "warn" : "plain";
}

export function explain(w: Withdrawal, t: Translate<Key>, moment: (at: string) => string): string {
  if (w.state === "returned") return t(w.returned_for === "canceled" ? "about_canceled" : w.returned_for === "rejected" ? "about_rejected" : "about_returned");
  if (w.state === "requested") return w.needs_approval ? t("about_approval") : t("about_requested", { at: moment(w.not_before) });
  if (w.state === "confirmed") return t("about_confirmed", { at: w.confirmed_at ? moment(w.confirmed_at) : "" }).replace(/ \.$/, ".");
  return t(`about_${w.state}`);
}

/** `UQA-xN…KJAd`: enough of an address to know it again. */
export const short = (address: string): string => (address.length > 14 ? `${address.slice(0, 6)}…${address.slice(-4)}` : address);
