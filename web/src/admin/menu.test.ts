import { describe, expect, it } from "vitest";
import type { Bootstrap } from "@/app/bootstrap";
import { activePath, menu } from "./menu";

const app = (ton: boolean): Bootstrap => ({
  markets: [{ name: "services", paused: null }],
  bot_username: "bot",
  currency: "RUB",
  features: { test_provider: false, dev_recharge: false, stars: false, ton },
  me: null,
});
const paths = (ton: boolean, owner: boolean) => menu(app(ton), () => owner).flatMap((group) => group.items.map((item) => item.path));

describe("menu", () => {
  it("has the pages of a chain only where there is one", () => {
    expect(paths(true, true)).toContain("money/withdrawals");
    expect(paths(false, true)).not.toContain("money/withdrawals");
  });
  it("does not show the staff page to others than owners", () => {
    expect(paths(false, true)).toContain("staff");
    expect(paths(false, false)).not.toContain("staff");
    expect(paths(false, false)).toContain("audit");
  });
  it("has no group of a market that does not run here", () => {
    expect(menu(app(false), () => true).map((group) => group.name)).not.toContain("shop");
  });
});

describe("activePath", () => {
  const groups = menu(app(true), () => true);
  it("prefers the longest", () => {
    expect(activePath(groups, "/admin/jobs/dead")).toBe("jobs/dead");
    expect(activePath(groups, "/admin/jobs")).toBe("jobs");
    expect(activePath(groups, "/admin")).toBe("");
  });
  it("knows what is below a page, and not what only begins like one", () => {
    expect(activePath(groups, "/admin/people/3001")).toBe("people");
    expect(activePath(groups, "/admin/peoples")).toBeUndefined();
  });
});
