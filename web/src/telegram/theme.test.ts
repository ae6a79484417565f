import { describe, expect, it } from "vitest";
import { contrast, isLight, readable, strengthened } from "./theme";

describe("colours of a theme", () => {
  it("measures as the guidelines do", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#ffffff", "#ffffff")).toBe(1);
    expect(contrast("#3390ec", "#ffffff")).toBeCloseTo(3.31, 1);
  });

  it("leaves what can be read and strengthens what cannot", () => {
    expect(readable("#1c64d8", "#ffffff")).toBe("#1c64d8");
    for (const [pale, ...grounds] of [["#3390ec", "#ffffff", "#f4f4f5"], ["#8774e1", "#212121", "#0f0f0f"], ["#50a8eb", "#ffffff"]] as const) {
      const strong = readable(pale, ...grounds);
      for (const ground of grounds) expect(contrast(strong, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("does so for links and buttons of Telegram's own themes", () => {
    const light = strengthened({ bg_color: "#ffffff", secondary_bg_color: "#f4f4f5", link_color: "#3390ec", button_color: "#3390ec", button_text_color: "#ffffff" });
    expect(contrast(light["link_color"] ?? "", "#f4f4f5")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(light["button_color"] ?? "", "#ffffff")).toBeGreaterThanOrEqual(4.5);
    expect(isLight(light["button_color"] ?? "")).toBe(false);
    const odd = { bg_color: "red", link_color: "#12", button_color: undefined };
    expect(strengthened(odd)).toEqual(odd);
  });
});
