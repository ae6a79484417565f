// Amounts, moments and spans as people of both languages write them.

import { lang, useLang, type Lang } from "./index";

const SIGNS: Record<string, string> = { RUB: "₽" };

/** Group by threes and the decimal sign of the language; the digits stay as they are (no floats). */
export function formatDecimal(amount: string, language: Lang): string {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(amount.trim());
  if (match === null) return amount;
  const [, sign = "", whole = "", rest = ""] = match;
  const space = language === "ru" ? "\u00a0" : ",";
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, space);
  const fraction = rest.replace(/0+$/, "");
  const shown = fraction === "" ? "" : (language === "ru" ? "," : ".") + (fraction.length === 1 ? fraction.padEnd(Math.min(2, rest.length), "0") : fraction);
  return `${sign === "-" ? "−" : sign}${grouped}${shown}`;
}

/** An amount with its currency: `1 234,50 ₽`. */
export function formatMoney(amount: string | number, currency = "RUB", language: Lang = lang()): string {
  return `${formatDecimal(String(amount), language)}\u00a0${SIGNS[currency] ?? currency}`;
}

const locale = (language: Lang) => (language === "ru" ? "ru-RU" : "en-GB");

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Lang, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}${name}`;
  let found = formats.get(key);
  if (found === undefined) formats.set(key, (found = new Intl.DateTimeFormat(locale(language), options)));
  return found;
}

/** `14:05` today, otherwise `3 Mar, 14:05`, with the year when it is another one. */
export function formatMoment(at: string | number | Date, language: Lang, now: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return format(language, "time", { hour: "2-digit", minute: "2-digit" }).format(date);
  const year = date.getFullYear() === today.getFullYear() ? {} : ({ year: "numeric" } as const);
  return format(language, `day${"year" in year}`, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", ...year }).format(date);
}

/** `59:07`, or `2:03:00` from an hour on; never negative. */
export function formatSpan(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

export function useFormat() {
  const language = useLang();
  return {
    money: (amount: string | number, currency?: string) => formatMoney(amount, currency, language),
    moment: (at: string) => formatMoment(at, language, Date.now()),
  };
}
