// The server's words of this market as the staff reads them; what is not known is shown as it is.

import { useTexts } from "@/i18n";
import { wordTexts } from "./words.texts";

type Key = keyof (typeof wordTexts)["en"];

/** On the wire, categories and reasons of complaints have Russian names. */
export const CATEGORIES = {
  Сантехника: "plumbing",
  Электрика: "electrical",
  "Бытовой ремонт": "home_repair",
  Клининг: "cleaning",
  "Сборка/установка": "assembly",
  "Бытовая техника": "appliances",
  Другое: "other",
} as const;

const REASONS = {
  "Не отвечал": "no_answer",
  "Отменил заказ": "canceled",
  "Неадекватное поведение": "behaviour",
  "Ложная информация": "false_information",
  Другое: "other",
} as const;

export const STATUSES = ["active", "expired", "closed_no_response", "completed", "deleted"] as const;

const TONES: Record<string, "good" | "bad" | "warn" | "info" | "plain"> = { active: "info", completed: "good", closed_no_response: "bad", removed: "bad", open: "warn", resolved: "good" };

export const toneOf = (state: string) => TONES[state] ?? "plain";

const lookup = (table: Record<string, string>, name: string) => table[name];

export function useWords() {
  const t = useTexts(wordTexts);
  const word = (key: string, otherwise: string) => (key in wordTexts.en ? t(key as Key) : otherwise);
  return {
    status: (status: string) => word(status, status),
    category: (name: string) => word(lookup(CATEGORIES, name) ?? name, name),
    reason: (name: string) => word(lookup(REASONS, name) ?? name, name),
    event: (name: string) => word(`event_${name}`, name),
    fact: (name: string) => word(`fact_${name}`, name),
    kind: (name: string) => word(`item_${name}`, name),
  };
}
