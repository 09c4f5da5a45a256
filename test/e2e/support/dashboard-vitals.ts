/// <reference lib="dom" />
import type { Page } from "playwright-core";

declare global {
  interface Window {
    bakeoffShift?: number;
    bakeoffSlowest?: number;
    bakeoffMarked?: Set<string>;
  }
}

/** Counts how far things jump (CLS) from the very beginning of every page to come. */
export async function watchLayoutShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.bakeoffShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (
          "value" in entry &&
          typeof entry.value === "number" &&
          !("hadRecentInput" in entry && entry.hadRecentInput)
        ) {
          window.bakeoffShift = (window.bakeoffShift ?? 0) + entry.value;
        }
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => window.bakeoffShift ?? Number.NaN);
}

/** Makes the page's processor as slow as a cheap phone's. */
export async function slowDown(page: Page, times: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: times });
}

/** Notes from now on how long the slowest interaction takes until what it changed is painted. */
export async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.bakeoffSlowest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        window.bakeoffSlowest = Math.max(window.bakeoffSlowest ?? 0, duration);
      }
      // TypeScript's own types do not know the threshold yet; by default faster interactions go unreported.
    }).observe(Object.assign({ type: "event" }, { durationThreshold: 16 }));
  });
}

/** Two frames later everything seen so far has been reported. */
export function slowestInteraction(page: Page): Promise<number> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestIdleCallback(resolve));
    return window.bakeoffSlowest ?? Number.NaN;
  });
}

/** Notes from now on what the page marks as changed; a mark is gone again within seconds. */
export async function watchMarkedNumbers(page: Page): Promise<void> {
  await page.evaluate(() => {
    const marked = new Set<string>();
    window.bakeoffMarked = marked;
    new MutationObserver((records) => {
      for (const { target } of records) marked.add(target.textContent ?? "");
    }).observe(document.body, { subtree: true, attributeFilter: ["data-changed"] });
  });
}

export function markedNumbers(page: Page): Promise<string[]> {
  return page.evaluate(() => [...(window.bakeoffMarked ?? [])]);
}
