// What this device remembers of this market between two visits.

export type Role = "customer" | "executor";

function read(name: string): string | null {
  try {
    return localStorage.getItem(`torg.services.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`torg.services.${name}`, value);
  } catch {
    // Nothing is remembered on this device.
  }
}

export const keptRole = (): Role => (read("role") === "executor" ? "executor" : "customer");
export const keepRole = (role: Role): void => write("role", role);

export const keptText = (name: "city" | "contact" | "feed.city" | "feed.category"): string => read(name) ?? "";
export const keepText = (name: "city" | "contact" | "feed.city" | "feed.category", value: string): void => write(name, value);

/** Executors whom the customer has rated for an order: the server tells only that there is a review. */
export function keptRated(order: string): readonly number[] {
  try {
    const all: unknown = JSON.parse(read(`rated.${order}`) ?? "[]");
    return Array.isArray(all) ? all.filter((one): one is number => typeof one === "number") : [];
  } catch {
    return [];
  }
}

export const keepRated = (order: string, executor: number): void => write(`rated.${order}`, JSON.stringify([...new Set([...keptRated(order), executor])]));

let list = "/services";

/** The list that an order is opened from, where its arrow leads back to. */
export const cameFrom = (): string => list;
export const comeFrom = (path: string): void => {
  list = path;
};
