import { beforeEach, expect, test } from "vitest";
import { setLang, text } from "@/i18n";
import type { Order } from "./data";
import { texts } from "./order.texts";
import { numberOf, stepsOf, wordOf } from "./orderText";

beforeEach(() => setLang("ru"));

const entry = (event: string, note = "") => ({ at: "2026-01-01T10:00:00Z", event, note });
const order = (status: string, timeline: ReturnType<typeof entry>[]) => ({ status, timeline }) as unknown as Order;
const told = (timeline: ReturnType<typeof entry>[]) => stepsOf(order("paid", timeline), (key, params) => text(texts, key, params)).map((step) => (step.note ? `${step.text}: ${step.note}` : step.text));

test("a payment that was asked for again is one step", () => {
  const steps = told([entry("created"), entry("reserved"), entry("payment_requested", "stars"), entry("payment_pending", "stars"), entry("payment_requested", "stars"), entry("paid", "stars")]);
  expect(steps).toEqual(["Оформлен", "Выбрана оплата: Telegram Stars", "Оплачен"]);
});

test("another way is another step", () => {
  expect(told([entry("payment_requested", "test"), entry("payment_requested", "stars")])).toEqual(["Выбрана оплата: Тестовая оплата", "Выбрана оплата: Telegram Stars"]);
});

test("only what people wrote is told", () => {
  expect(told([entry("fulfilled", "Трек 123"), entry("canceled", "by the customer")])).toEqual(["Отправлен: Трек 123", "Отменён"]);
});

test("an order of keys is not sent but handed out", () => {
  const keys = order("fulfilled", [entry("fulfilled", "keys handed out")]);
  expect(wordOf(keys)).toBe("keys");
  expect(told(keys.timeline as never)).toEqual(["Ключи выданы"]);
  expect(wordOf(order("fulfilled", [entry("fulfilled", "Трек 123")]))).toBe("fulfilled");
});

test("a step from a later release is shown by its name", () => {
  expect(told([entry("sent_back")])).toEqual(["sent back"]);
});

test("people call an order by its end", () => {
  expect(numberOf("01a22e25-82d3-730a-8600-01c8784dd284")).toBe("784DD284");
});
