// The fields of a product, as they are typed and as they are sent.

import * as z from "zod/mini";
import { text } from "@/i18n";
import { common } from "@/i18n/common";
import { fromMinor, toMinor } from "@/i18n/decimal";
import type { Product } from "./data";
import { texts } from "./products.texts";

export interface Fields {
  name: string;
  price: string;
  sku: string;
  category: string;
  description: string;
  /** One address a line. */
  images: string;
  low_stock: string;
}

export const BLANK: Fields = { name: "", price: "", sku: "", category: "", description: "", images: "", low_stock: "" };

/** Above the highest price that fits. */
const PRICE_END = 1_000_000_000_000n;

export const lines = (typed: string): string[] => typed.split("\n").map((line) => line.trim()).filter((line) => line !== "");

const isPrice = (typed: string): boolean => {
  const minor = toMinor(typed, 2);
  return minor !== undefined && minor >= 0n && minor < PRICE_END;
};

export const whole = (least: number) => (typed: string): boolean => /^-?\d{1,9}$/.test(typed.trim()) && Number(typed) >= least;

/** The checks say their words in the language of the moment. */
export const schema = () => z.object({
  name: z.string().check(z.trim(), z.minLength(1, text(common, "required")), z.maxLength(200, text(common, "too_long", { n: 200 }))),
  price: z.string().check(z.refine(isPrice, { error: () => text(texts, "bad_price") })),
  sku: z.string().check(z.maxLength(64)),
  category: z.string().check(z.maxLength(100)),
  description: z.string().check(z.maxLength(5000)),
  images: z.string().check(z.refine((typed) => lines(typed).every((line) => /^https?:\/\/\S+$/i.test(line)), { error: () => text(texts, "bad_image") })),
  low_stock: z.string().check(z.refine((typed) => typed.trim() === "" || whole(0)(typed), { error: () => text(texts, "bad_whole") })),
});

export const fieldsOf = (product: Product): Fields => ({
  name: product.name,
  price: String(product.price),
  sku: product.sku ?? "",
  category: product.category ?? "",
  description: product.description ?? "",
  images: product.images.join("\n"),
  low_stock: product.low_stock === null ? "" : String(product.low_stock),
});

/** What is sent. An empty text takes away what was there; below zero means never. */
export const bodyOf = (fields: Fields) => ({
  name: fields.name.trim(),
  price: fromMinor(toMinor(fields.price, 2) ?? 0n, 2),
  sku: fields.sku.trim(),
  category: fields.category.trim(),
  description: fields.description.trim(),
  images: lines(fields.images),
  low_stock: fields.low_stock.trim() === "" ? -1 : Number(fields.low_stock),
});

/** Only what was changed: what somebody else has changed meanwhile stays theirs. */
export function changesOf(seen: Fields, typed: Fields): Partial<ReturnType<typeof bodyOf>> {
  const before: Record<string, unknown> = bodyOf(seen);
  return Object.fromEntries(Object.entries(bodyOf(typed)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}
