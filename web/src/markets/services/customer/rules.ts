// What makes an order sendable: the server's rules, with words of the page.

import * as z from "zod/mini";
import { text } from "@/i18n";
import { CATEGORIES, type Category } from "../model";
import { readContact } from "../contact";
import { isCity } from "../CityPicker";
import { texts } from "./texts";

export const SHORTEST = 20;
export const LONGEST = 1000;

/** Characters as the server counts them. */
export const lengthOf = (description: string): number => [...description.trim().replaceAll("\r\n", "\n")].length;

const hasControls = (description: string): boolean => /[^\P{Cc}\n\r\t]/u.test(description);

export interface OrderValues {
  category: Category | "";
  description: string;
  contact: string;
}

export interface NewOrderValues extends OrderValues {
  city: string;
}

const category = z.string().check(z.refine((value) => (CATEGORIES as readonly string[]).includes(value), { error: () => text(texts, "pick_category") }));
const description = z.string().check(
  z.refine((value) => lengthOf(value) >= SHORTEST && lengthOf(value) <= LONGEST, { error: () => text(texts, "bad_text") }),
  z.refine((value) => !hasControls(value), { error: () => text(texts, "bad_signs") }),
);
const contact = z.string().check(z.refine((value) => readContact(value) !== null, { error: () => text(texts, "bad_contact") }));
const city = z.string().check(z.refine(isCity, { error: () => text(texts, "pick_city") }));

export const orderRules = z.object({ category, description, contact }) as unknown as z.ZodMiniType<unknown, OrderValues>;
export const newOrderRules = z.object({ category, description, city, contact }) as unknown as z.ZodMiniType<unknown, NewOrderValues>;
