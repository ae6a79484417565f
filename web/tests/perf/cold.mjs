// A first opening of the feed on a slow phone: empty cache, 150 ms to the server and back, 1.6 Mbit/s,
// a processor four times as slow.

import { launchHash, newContext } from "../harness/browser.mjs";

const NETWORK = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

/** `{data, paint, shift}`: milliseconds until the rows are there, until the first paint, and the layout shift. */
export async function coldLoad(browser, world, person, path, row) {
  const { context, faults } = await newContext(browser, world, { still: false });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  await cdp.send("Network.emulateNetworkConditions", NETWORK);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript((selector) => {
    window.__shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
      if (document.querySelector(selector) === null) requestAnimationFrame(look);
      // Painted when the frame after this one begins.
      else requestAnimationFrame(() => { window.__data = performance.now(); });
    };
    requestAnimationFrame(look);
  }, row);
  await page.goto(`${world.url}app${path}#${launchHash(world, person)}`);
  await page.waitForFunction(() => window.__data !== undefined, null, { timeout: 30_000 });
  // What comes after the rows may still push them.
  await page.waitForTimeout(1500);
  const found = await page.evaluate(() => ({
    data: window.__data,
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    shift: window.__shift,
  }));
  await context.close();
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return found;
}
