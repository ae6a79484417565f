// The same rules for contacts as the server's, so that nobody has to send one to hear that it is none.

const NAME = /^@[A-Za-z][A-Za-z0-9_]{4,31}$/;
// The no-break space and the typographic dashes come with copied numbers.
const BLANKS = /[ \u00a0\u2010-\u2014()-]/g;
const MAX_BYTES = 64;

export interface Contact {
  /** As it was written. */
  shown: string;
  kind: "name" | "phone";
  /** `@lowercase` or `+7` and ten digits. */
  key: string;
}

export function readContact(text: string): Contact | null {
  const shown = text.trim();
  if (new TextEncoder().encode(shown).length > MAX_BYTES) return null;
  if (NAME.test(shown)) return { shown, kind: "name", key: shown.toLowerCase() };
  const rest = /^(?:\+7|8)(.*)$/s.exec(shown)?.[1]?.replace(BLANKS, "");
  return rest !== undefined && /^\d{10}$/.test(rest) ? { shown, kind: "phone", key: `+7${rest}` } : null;
}

/** Where a press on the contact leads. */
export function contactLink(contact: Contact): string {
  return contact.kind === "name" ? `https://t.me/${contact.shown.slice(1)}` : `tel:${contact.key}`;
}

/** Whether a text gives away how to reach its author, which executors pay for. */
export function hasContact(text: string): boolean {
  return /(^|[^\w@])@[A-Za-z][A-Za-z0-9_]{4,31}\b/.test(text) || /(?:\+7|(?:^|\D)8)(?:[ \u00a0\u2010-\u2014()-]*\d){10}(?!\d)/.test(text);
}
