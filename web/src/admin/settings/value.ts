// A setting's value as it is typed and as the server reads it.

import type { Setting, SettingValue } from "@/api/admin";
import { digitsOf, readAmount } from "../people/amount";

/** The value that was typed; nothing if it is none of this kind. What is allowed is the server's word. */
export function readValue(setting: Pick<Setting, "kind" | "currency">, typed: string | boolean): SettingValue | undefined {
  switch (setting.kind) {
    case "switch":
      return typeof typed === "boolean" ? typed : undefined;
    case "integer": {
      const text = String(typed).trim();
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    }
    case "amount":
      return readAmount(String(typed), digitsOf(setting.currency ?? ""));
    case "text":
      return String(typed);
  }
}
