// What can be said of a screen by looking at it: whether everybody can use it (axe), and whether its
// layout holds.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { THEMES } from "./browser.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical violations on the page, each with what it is about. `rules`: only these. */
export async function axeFaults(page, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  return page.evaluate(async (only) => {
    const found = await window.axe.run(document, {
      resultTypes: ["violations"],
      // Pages of a list are not "content" that must lie in landmarks of their own.
      ...(only ? { runOnly: { type: "rule", values: only } } : { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    });
    return found.violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 220)})`));
  }, rules ?? null);
}

/** Telegram's switch of day and night, as its web client tells a page. */
export async function switchTheme(page, theme) {
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate((theme_params) => {
    window.dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ eventType: "theme_changed", eventData: { theme_params } }), source: window.parent }));
  }, THEMES[theme]);
}

/** What is too wide for the screen, or sticks out of its card. */
export function layoutFaults(page) {
  return page.evaluate(() => {
    const found = [];
    const name = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${(element.textContent ?? "").slice(0, 60)}`;
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide on a screen of ${root.clientWidth}`);
    const clips = (style) => style.overflowX !== "visible" || style.contain.includes("paint");
    for (const card of document.querySelectorAll(".screen, .card, .rows, .row, .section, .sheet-body, .state, .toast, .foot, .tab-bar, .screen-head, .button, .chip, .badge, .table-box, header, nav, aside")) {
      const box = card.getBoundingClientRect();
      if (box.width === 0 || getComputedStyle(card).visibility === "hidden" || card.matches(".hidden")) continue;
      for (const inside of card.querySelectorAll("*")) {
        const rect = inside.getBoundingClientRect();
        if (rect.width === 0 || rect.height === 0 || inside.closest("svg, .hidden")) continue;
        if (rect.right <= box.right + 1 && rect.left >= box.left - 1) continue;
        let clipped = false;
        for (let at = inside.parentElement; at !== null && at !== card.parentElement; at = at.parentElement) {
          if (clips(getComputedStyle(at))) { clipped = true; break; }
        }
        const position = getComputedStyle(inside).position;
        if (clipped || position === "fixed" || inside.closest("dialog") !== card.closest("dialog")) continue;
        found.push(`${name(inside)} sticks out of ${card.getAttribute("class")}: ${Math.round(rect.left)}..${Math.round(rect.right)} of ${Math.round(box.left)}..${Math.round(box.right)}`);
        break;
      }
    }
    // Letters that run on past the block they are written in.
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.data.trim() === "" || node.parentElement.closest("script, style, svg, option, select, textarea, .hidden")) continue;
      let block = node.parentElement;
      while (["inline", "contents"].includes(getComputedStyle(block).display)) block = block.parentElement;
      const box = block.getBoundingClientRect();
      let cut = box.width === 0;
      for (let at = block; at !== null && at !== document.body && !cut; at = at.parentElement) cut = clips(getComputedStyle(at)) && at.getBoundingClientRect().width <= 8;
      if (cut || clips(getComputedStyle(block))) continue;
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      const out = (rect) => rect.width > 0 && (rect.right > box.right + 2 || rect.left < box.left - 2);
      // Spaces that hang over the end of a line are nothing to see: it is the words that count.
      if (out(text) && [...node.data.matchAll(/\S+/g)].some((word) => { range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length); return out(range.getBoundingClientRect()); })) found.push(`${name(block)} holds ${Math.round(text.width)} px of text in ${Math.round(box.width)}`);
    }
    return [...new Set(found)].slice(0, 8);
  });
}

/** Things to press that a finger misses: less than 40 px high or 24 px wide, outside of a text. */
export function touchFaults(page) {
  return page.evaluate(() => {
    const found = [];
    for (const target of document.querySelectorAll("button, a[href], input, select, textarea, summary, [role=button], [role=tab], [role=switch]")) {
      if (target.disabled || target.closest(".hidden, [hidden], svg")) continue;
      const rect = target.getBoundingClientRect();
      if (rect.width === 0 || rect.height === 0 || rect.bottom < 0) continue;
      const style = getComputedStyle(target);
      if (style.visibility === "hidden" || style.display === "inline") continue;
      // A link that is nothing but its words is read, not aimed at.
      if (target.matches("a:not([class*=button]):not(.chip):not(.row):not(.card)") && parseFloat(style.paddingBlockStart) === 0) continue;
      // What belongs to a switch or a box is pressed by its label, too.
      const boxes = [rect, ...[...(target.labels ?? []), target.closest("label")].filter(Boolean).map((label) => label.getBoundingClientRect())];
      const [height, width] = [Math.max(...boxes.map((box) => box.height)), Math.max(...boxes.map((box) => box.width))];
      if (height < 35.5 || width < 24) found.push(`${target.outerHTML.slice(0, 120)}: ${Math.round(rect.width)}×${Math.round(rect.height)}`);
    }
    return found.slice(0, 5);
  });
}

/** Texts that no person has written: forgotten values and names of texts. */
export function textFaults(page) {
  return page.evaluate(() => {
    const shown = document.body.innerText + [...document.querySelectorAll("[aria-label], [placeholder], [title]")].map((e) => `\n${e.ariaLabel ?? ""} ${e.getAttribute("placeholder") ?? ""} ${e.title}`).join("");
    // Hostile texts have a mark in front; they may say what they like.
    const lines = shown.split("\n").filter((line) => !/h\d+~/.test(line));
    const found = lines.filter((line) => /\bundefined\b|\bNaN\b|\[object |Invalid Date|(?<![\w{]){\w+}(?!\w)/.test(line));
    const faults = found.map((line) => `says “${line.trim().slice(0, 80)}”`);
    if (document.title.trim() === "") faults.push("has no title");
    if (document.querySelectorAll("h1").length !== 1) faults.push(`has ${document.querySelectorAll("h1").length} h1`);
    return faults.slice(0, 5);
  });
}

/** Texts that turn the direction of what stands beside them. */
export function bidiFaults(page) {
  return page.evaluate(() => {
    const turns = /[\u202a-\u202e\u2066-\u2068]/;
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (!turns.test(node.data) || node.parentElement.closest("script, style, option, textarea, .hidden")) continue;
      let around = node.parentElement;
      for (;;) {
        const { display, unicodeBidi } = getComputedStyle(around);
        if (unicodeBidi !== "normal" && unicodeBidi !== "embed") break;
        if (!display.startsWith("inline") && display !== "contents") break;
        if (display !== "inline" && display !== "contents") break;
        around = around.parentElement;
      }
      const { unicodeBidi } = getComputedStyle(around);
      const alone = unicodeBidi !== "normal" && around.childNodes.length === 1;
      const rest = alone ? "" : [...around.childNodes].filter((child) => {
        if (child === node || child.contains(node)) return false;
        return child.nodeType === Node.TEXT_NODE || getComputedStyle(child).display === "inline";
      }).map((child) => child.textContent).join("").trim();
      if (rest !== "") found.push(`“${node.data.slice(0, 30)}” turns “${rest.slice(0, 40)}” in <${around.tagName.toLowerCase()} class="${around.className}">`);
    }
    return found.slice(0, 5);
  });
}
