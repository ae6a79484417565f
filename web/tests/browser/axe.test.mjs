// Every screen that can be reached by its links, as a customer, an executor, the operator and nobody:
// usable for everybody in both languages and both lights, and nothing sticks out of a phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { crawl } from "../harness/crawl.mjs";
import { axeFaults, layoutFaults, switchTheme, textFaults, touchFaults } from "../harness/look.mjs";
import { phone, useWorld } from "../harness/run.mjs";
import { fill } from "../harness/seed.mjs";
import { ANNA, BORIS, ELENA } from "../harness/world.mjs";

useWorld({ prepare: fill });

const OTHER = { light: "dark", dark: "light" };
const PANEL = { from: ["/admin"], skip: /^\/(?!admin)/ };
// Each screen once in a language with a light; its colours are looked at in the other light, too.
const views = [
  ["a customer", ANNA, "ru", "light", {}],
  ["an executor", BORIS, "en", "dark", {}],
  ["the operator", ELENA, "ru", "dark", PANEL],
  ["the operator on a wide screen", ELENA, "en", "light", { ...PANEL, wide: true }],
  ["nobody", null, "en", "light", {}],
];

for (const [name, person, lang, theme, { wide = false, ...where }] of views) {
  test(`${name}, ${lang}, ${theme}`, async (t) => {
    const { page } = await phone(person, { lang, theme, ...(wide ? { width: 1280, height: 800 } : {}) });
    const faults = [];
    const kinds = await crawl(page, {
      ...where,
      look: async (_path, kind) => {
        const add = (found) => faults.push(...found.map((fault) => `${kind}: ${fault}`));
        add(await axeFaults(page));
        add(await layoutFaults(page));
        add(await textFaults(page));
        if (!wide) add(await touchFaults(page));
        await switchTheme(page, OTHER[theme]);
        add((await axeFaults(page, ["color-contrast"])).map((fault) => `${OTHER[theme]}: ${fault}`));
        await switchTheme(page, theme);
        assert.equal(await page.getAttribute("html", "lang"), lang);
      },
    });
    t.diagnostic(`${kinds.length} screens: ${kinds.join(" ")}`);
    assert.ok(kinds.length >= 8, `only ${kinds.join(" ")}`);
    assert.equal(faults.length, 0, `\n${faults.join("\n")}`);
  });
}
