import { describe, expect, it } from "vitest";
import { answerBy, customerMay, isGoing, isTakeable, phaseOf, readerOf, type Order, type Phase, type Status } from "./model";

const T = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

function order(status: Status, takeMinutes: number[] = [], answered = false, contact: string | null = null): Order {
  return {
    id: "abcdefghijkl", category: "Другое", description: "", city: "Москва", contact, created_at: T(0), expires_in_minutes: 60, status,
    taken_by: takeMinutes.map((minute, n) => ({ executor_id: n + 1, taken_at: T(minute) })), customer_responded_at: answered ? T(59) : null,
    city_locked: true, rating: null, review_comment: null, expires_at: T(60), seconds_left: 1, price: 2,
  };
}

describe("phases", () => {
  it.each<[Status, number[], boolean, Phase]>([
    ["active", [], false, "open"],
    ["active", [5], false, "waiting"],
    ["active", [5, 6], true, "answered"],
    ["expired", [], false, "expired"],
    ["expired", [50], false, "late"],
    ["expired", [50], true, "over"],
    ["closed_no_response", [5], false, "refunded"],
    ["completed", [5], true, "completed"],
    ["deleted", [], false, "deleted"],
  ])("%s %j %s is %s", (status, takes, answered, phase) => expect(phaseOf(order(status, takes, answered))).toBe(phase));

  it("what the customer may do is what the server allows", () => {
    const may = (phase: Phase) => Object.entries(customerMay(phase)).filter(([, yes]) => yes).map(([what]) => what).join(" ");
    expect(may("open")).toBe("edit remove");
    expect(may("waiting")).toBe("respond complete close");
    expect(may("answered")).toBe("complete close");
    expect(may("late")).toBe("respond complete close");
    expect(may("over")).toBe("complete review");
    expect(may("expired")).toBe("remove");
    expect(may("completed")).toBe("review");
    expect(may("refunded") + may("deleted")).toBe("");
  });

  it("what goes on", () => {
    expect((["open", "waiting", "answered", "late"] as const).every(isGoing)).toBe(true);
    expect((["over", "expired", "refunded", "completed", "deleted"] as const).some(isGoing)).toBe(false);
  });
});

describe("times", () => {
  it("the answer is due a quarter of an hour after the first take", () => {
    expect(answerBy(order("active", [20, 10, 30]))).toBe(Date.parse(T(25)));
    expect(answerBy(order("active", [10], true))).toBeNull();
    expect(answerBy(order("active"))).toBeNull();
  });
  it("takeable until the hour is over or three have it", () => {
    expect(isTakeable(order("active"), Date.parse(T(59)))).toBe(true);
    expect(isTakeable(order("active"), Date.parse(T(60)))).toBe(false);
    expect(isTakeable(order("active", [1, 2, 3]), Date.parse(T(5)))).toBe(false);
    expect(isTakeable(order("expired"), Date.parse(T(5)))).toBe(false);
  });
});

describe("readers", () => {
  it("are told apart by takes and contact", () => {
    expect(readerOf(order("active", [5], false, "@abcde"), 1)).toBe("taker");
    expect(readerOf(order("active", [5], false, "@abcde"), 9)).toBe("customer");
    expect(readerOf(order("active", [5]), 9)).toBe("visitor");
    expect(readerOf(order("active", [5]), undefined)).toBe("visitor");
  });
});
