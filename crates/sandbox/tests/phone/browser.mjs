// The browser of the tests: opens the page and keeps everything that may not happen.

import { chromium } from "playwright-core";

const program = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const launch = () =>
  chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

/** A page in a browser of its own settings; `faults` collects what the policy or a script says. */
export async function open(browser, url, { lang = "en", scheme = "light", width = 1280, height = 860 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: lang === "ru" ? "ru-RU" : "en-GB",
    colorScheme: scheme,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  const { origin } = new URL(url);
  page.on("console", (message) => {
    // What the policy refuses is an error of the console, too.
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`elsewhere: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}
