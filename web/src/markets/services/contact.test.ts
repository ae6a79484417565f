import { describe, expect, it } from "vitest";
import { contactLink, hasContact, readContact } from "./contact";

const key = (text: string) => readContact(text)?.key ?? null;

describe("contacts", () => {
  it("names within Telegram's bounds", () => {
    expect(key(" @Ivan_Petrov1 ")).toBe("@ivan_petrov1");
    expect(key("@abcde")).toBe("@abcde");
    expect(key(`@${"a".repeat(32)}`)).not.toBeNull();
    for (const bad of ["@", "@abcd", "@1abcde", "@_abcde", "@иванов", "@ab cde", "@abcde!", "@@abcde", `@${"a".repeat(33)}`]) expect(key(bad), bad).toBeNull();
  });
  it("phones in their many forms are one", () => {
    for (const text of ["+79161234567", "89161234567", "8 (916) 123-45-67", "+7 916 123 45 67", "+7\u00a0916\u00a0123\u201145\u201367"]) expect(key(text), text).toBe("+79161234567");
  });
  it("other texts are none", () => {
    for (const text of ["", "ivan_petrov", "9161234567", "79161234567", "+7916123456", "+791612345678", "+19161234567", "8916123456a", "+7٩١٦١٢٣٤٥٦٧", "8916123\n4567", `8${"-".repeat(100)}9161234567`]) expect(key(text), text).toBeNull();
  });
  it("lead to a chat or a call", () => {
    expect(contactLink(readContact("@Ivan_Petrov")!)).toBe("https://t.me/Ivan_Petrov");
    expect(contactLink(readContact("8 (916) 123-45-67")!)).toBe("tel:+79161234567");
  });
  it("are found in a text that gives them away", () => {
    expect(hasContact("Пишите @ivan_petrov, течёт кран")).toBe(true);
    expect(hasContact("Звоните 8 (916) 123-45-67 до вечера")).toBe(true);
    expect(hasContact("Нужно собрать 8 шкафов, размеры 180x200 и 90x200")).toBe(false);
    expect(hasContact("Кран на кухне, дом 12, подъезд 3")).toBe(false);
  });
});
