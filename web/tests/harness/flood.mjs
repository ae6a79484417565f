// Hostile texts in every field that the API takes, in bulk. What the server does not take it refuses
// with a code; it never fails.

import { HOSTILE, hostile } from "./hostile.mjs";
import { ANNA, BORIS, ELENA, VERA } from "./world.mjs";

export const COUNT = HOSTILE.length;

/** Runs `work(0)` to `work(count - 1)`, a few at a time. */
export async function each(count, work, atOnce = 12) {
  let next = 0;
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** Floods the world; `{taken, refused, broken}`: how many requests were taken, refused, and what failed. */
export async function flood(world) {
  const tally = { taken: 0, refused: 0, broken: [] };
  const dare = async (person, method, path, body) => {
    const { status, body: answer } = await world.ask(person, method, path, body);
    if (status < 400) {
      tally.taken += 1;
      return answer;
    }
    if (status >= 500 || typeof answer?.code !== "string" || typeof answer?.detail !== "string") tally.broken.push(`${method} ${path} ${JSON.stringify(body).slice(0, 200)}: ${status} ${JSON.stringify(answer).slice(0, 200)}`);
    tally.refused += 1;
    return null;
  };
  await people(world, dare);
  await jobs(world, dare);
  await goods(world, dare);
  await staff(world, dare);
  return tally;
}

/** Those whose very names are hostile, with something on their balance. */
export const HOSTILE_PEOPLE = Array.from({ length: 24 }, (_, n) => {
  const [first, last, name] = [n * 9, n * 9 + 3, n * 9 + 6];
  return { id: 60_000 + n, first_name: hostile(first, 1, 64), last_name: hostile(last, 0, 64), username: hostile(name, 0, 32) };
});

async function people(world, dare) {
  for (const person of HOSTILE_PEOPLE) {
    await dare(person, "GET", "/api/users/me");
    await dare(person, "POST", "/api/balance/recharge", { amount: 100 });
  }
  await world.recharge(BORIS, 2000);
  await world.recharge(VERA, 2000);
  await world.recharge(ANNA, 50_000);
}

/** Descriptions, contacts, cities, reviews and complaints of the services. */
async function jobs(world, dare) {
  await each(COUNT, async (n) => {
    const order = await dare(ANNA, "POST", "/api/orders", {
      category: "Другое",
      city: "Москва",
      description: hostile(n, 20, 1000),
      contact: `+7 916 ${4_000_000 + n}`,
    });
    if (n % 6 === 0) await dare(ANNA, "POST", "/api/orders", { category: "Другое", city: hostile(n, 2, 100), description: "Contact and city are hostile here, too", contact: hostile(n, 0, 64) });
    if (n % 6 === 1) await dare(ANNA, "POST", "/api/orders", { category: "Другое", city: hostile(n, 2, 100), description: "The city is hostile, the contact is not", contact: `+7 916 ${4_100_000 + n}` });
    if (order === null || n % 3 !== 0) return;
    const taker = n % 2 === 0 ? BORIS : HOSTILE_PEOPLE[n % HOSTILE_PEOPLE.length];
    if ((await dare(taker, "POST", `/api/orders/${order.id}/take`)) === null) return;
    if (n % 12 === 6) return;
    await dare(taker, "POST", "/api/reviews/executor", { order_id: order.id, complaint: "Другое", comment: hostile(n + 1, 0, 500) });
    await dare(ANNA, "POST", `/api/orders/${order.id}/respond`);
    await dare(ANNA, "POST", `/api/orders/${order.id}/complete`, { executor_id: taker.id });
    await dare(ANNA, "POST", "/api/reviews/client", { order_id: order.id, executor_id: taker.id, rating: 1 + (n % 5), comment: hostile(n, 0, 500) });
  });
}

/** Products, keys, addresses, coupons and reasons of the shop. */
async function goods(world, dare) {
  const plain = await world.call("operator", "POST", "/admin/products", { name: "Plain", price: "1.00", stock: 100_000 });
  const digital = await world.call("operator", "POST", "/admin/products", { name: "Keys of strangers", price: "1.00", is_digital: true });
  const keys = Array.from({ length: COUNT }, (_, n) => hostile(n, 1, 200)).filter((key) => key.trim() !== "");
  // Those that are taken, all at once; the rest is refused one by one.
  const good = keys.filter((key) => !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(key));
  await dare("operator", "POST", `/admin/products/${digital.id}/keys`, { keys: good });
  for (const key of keys.filter((one) => !good.includes(one))) await dare("operator", "POST", `/admin/products/${digital.id}/keys`, { keys: [key] });
  await each(COUNT, async (n) => {
    await dare("operator", "POST", "/admin/products", {
      name: hostile(n, 1, 200),
      description: hostile(n, 0, 3000),
      category: hostile(n % 17, 0, 100),
      price: n % 10 === 0 ? "9999999999.99" : "10.00",
      sku: hostile(n, 0, 64),
      stock: 5,
      images: n % 11 === 0 ? [hostile(n, 0, 500)] : [],
    });
    const order = n % 3 === 0 ? await dare(ANNA, "POST", "/orders", { items: [{ product_id: n % 21 === 0 ? digital.id : plain.id, quantity: 1 }], address: hostile(n, 0, 500), pay_with: "balance" }) : null;
    if (order !== null && n % 6 === 0) await dare("operator", "POST", `/admin/orders/${order.id}/refund`, { reason: hostile(n, 3, 500) });
    if (n % 4 === 0) await dare("operator", "POST", `/admin/products/${plain.id}/stock`, { delta: 1, reason: hostile(n, 0, 200) });
    if (n % 5 === 0) await dare("operator", "POST", "/admin/coupons", { code: hostile(n, 3, 32), amount: "1.00" });
    if (n % 5 === 1) await dare(ANNA, "POST", "/orders", { items: [{ product_id: plain.id, quantity: 1 }], coupon: hostile(n, 0, 64), user_email: hostile(n, 0, 254) });
  });
}

/** What the staff writes: notes, reasons, settings, messages to everybody. */
async function staff(world, dare) {
  const admin = "/api/admin";
  await each(COUNT, async (n) => {
    if (n % 2 === 1) await dare(ELENA, "POST", `${admin}/users/${HOSTILE_PEOPLE[n % 4].id}/notes`, { text: hostile(n, 1, 2000) });
    if (n % 4 === 0) await dare(ELENA, "POST", `${admin}/users/${HOSTILE_PEOPLE[n % 3].id}/adjustments`, { currency: "RUB", amount: "1.00", reason: hostile(n, 3, 500) });
    if (n % 6 === 0) await dare(ELENA, "GET", `${admin}/users?q=${encodeURIComponent(hostile(n).toWellFormed())}`);
    if (n % 6 === 1) await dare(ELENA, "GET", `/products?search=${encodeURIComponent(HOSTILE[n].toWellFormed())}`);
    if (n % 8 === 0) await dare(ELENA, "POST", `${admin}/webhooks`, { url: hostile(n, 0, 500), topics: [hostile(n, 1, 40)] });
    if (n % 30 === 0) await dare(ELENA, "POST", `${admin}/broadcasts`, { text: { ru: hostile(n, 1, 2000), en: hostile(n, 1, 2000) }, audience: "staff" });
  }, 6);
}
