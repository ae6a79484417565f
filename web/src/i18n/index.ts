// Texts in Russian and English, typed: a key that one language lacks does not compile, nor does a
// use of a key that is in neither.

import { useSyncExternalStore } from "preact/compat";

export type Lang = "ru" | "en";

/** One text by number: the categories of `Intl.PluralRules`; Russian uses one, few and many. */
export interface Plural {
  one: string;
  few?: string;
  many?: string;
  other: string;
}

export type Message = string | Plural;

type Shape<T> = { [K in keyof T]: Message };

export interface Messages<K extends string> {
  ru: Record<K, Message>;
  en: Record<K, Message>;
}

/** The texts of a part of the app, each in both languages. */
export function messages<const T extends Record<string, Message>>(texts: { ru: T; en: Shape<T> }): Messages<keyof T & string> {
  return texts as Messages<keyof T & string>;
}

export type Params = Record<string, string | number>;

/** A text of `K` in the language of the page; `{name}` is replaced, `n` chooses the plural. */
export type Translate<K extends string> = (key: K, params?: Params) => string;

const rules = { ru: new Intl.PluralRules("ru"), en: new Intl.PluralRules("en") };

/** Signs that turn the direction of everything after them: somebody's name must not turn our sentence. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

export function translate(message: Message, lang: Lang, params: Params = {}): string {
  const text = typeof message === "string" ? message : plural(message, lang, Number(params["n"] ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? formatNumber(value, lang) : value.replace(TURNS, "");
  });
}

function plural(forms: Plural, lang: Lang, n: number): string {
  const category = rules[lang].select(n);
  return (forms as unknown as Record<string, string | undefined>)[category] ?? forms.other;
}

const numbers = { ru: new Intl.NumberFormat("ru-RU"), en: new Intl.NumberFormat("en-GB") };

export function formatNumber(value: number, lang: Lang): string {
  return numbers[lang].format(value);
}

// The language of the page: the person's choice, else Telegram's, else the browser's.

let current: Lang = "ru";
const listeners = new Set<() => void>();

export function lang(): Lang {
  return current;
}

export function setLang(next: Lang): void {
  current = next;
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** What a language code of Telegram or of a browser means to us. */
export function langOf(code: string | null | undefined): Lang {
  return /^(ru|be|uk|kk|ky|uz|tg)\b/i.test(code ?? "") ? "ru" : "en";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLang(): Lang {
  return useSyncExternalStore(subscribe, lang);
}

/** The texts of `all` in the language of the page. */
export function useTexts<K extends string>(all: Messages<K>): Translate<K> {
  const now = useLang();
  return (key, params) => translate(all[now][key], now, params);
}

/** The same outside of a component. */
export function text<K extends string>(all: Messages<K>, key: K, params?: Params): string {
  return translate(all[current][key], current, params);
}
