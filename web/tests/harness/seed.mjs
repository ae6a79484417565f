// Something on every screen: orders in each state, money, words of people.

import { ANNA, BORIS, ELENA, GLEB, VERA } from "./world.mjs";

/** Fills the world through the API; what it makes is told to the caller. */
export async function fill(world) {
  const [paid, answered] = await services(world);
  await shop(world);
  return { paid, answered };
}

async function services(world) {
  for (const person of [BORIS, VERA, GLEB]) await world.recharge(person, 100);
  const waits = await world.order(ANNA, { category: "Электрика", description: "Не включается свет в ванной, щиток цел, нужен мастер", contact: "+7 916 200-00-01" });
  await world.call(BORIS, "POST", `/api/orders/${waits.id}/take`);
  await world.call(VERA, "POST", `/api/orders/${waits.id}/take`);
  const done = await world.order(ANNA, { category: "Клининг", description: "Помыть окна на двух балконах, вода и тряпки есть", contact: "+7 916 200-00-02" });
  for (const person of [BORIS, GLEB]) await world.call(person, "POST", `/api/orders/${done.id}/take`);
  await world.call(ANNA, "POST", `/api/orders/${done.id}/respond`);
  await world.call(ANNA, "POST", `/api/orders/${done.id}/complete`, { executor_id: BORIS.id });
  await world.call(ANNA, "POST", "/api/reviews/client", { order_id: done.id, executor_id: BORIS.id, rating: 5, comment: "Быстро и чисто, спасибо" });
  const bad = await world.order(ELENA, { category: "Другое", description: "Отвезти коробки на дачу, три рейса на легковой", contact: "+7 916 200-00-03" });
  await world.call(BORIS, "POST", `/api/orders/${bad.id}/take`);
  await world.call(BORIS, "POST", "/api/reviews/executor", { order_id: bad.id, complaint: "Не отвечал", comment: "Трубку не берут" });
  const closed = await world.order(ANNA, { category: "Сантехника", description: "Прочистить сток в раковине, своими силами не вышло", contact: "+7 916 200-00-04" });
  await world.call(VERA, "POST", `/api/orders/${closed.id}/take`);
  await world.call(ANNA, "POST", `/api/orders/${closed.id}/respond`);
  await world.call(ANNA, "POST", `/api/orders/${closed.id}/close`);
  return [waits.id, done.id];
}

async function shop(world) {
  const products = await world.call(ANNA, "GET", "/products?limit=50");
  const cheap = products.filter((one) => Number(one.price) < 500).slice(0, 3);
  for (const one of cheap) await world.call(ANNA, "PUT", `/cart/items/${one.id}`, { quantity: 1 });
}
