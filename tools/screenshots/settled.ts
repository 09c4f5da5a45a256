/// <reference lib="dom" />
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";

/** What stands in for content that is still to come. */
const PENDING = ".skeleton, [aria-busy=true]";

const PATIENCE_MILLISECONDS = 30_000;
const POLL_PAUSE_MILLISECONDS = 100;

/** Counts a page's requests. @returns whether none is under way */
export function watchRequests(page: Page): () => boolean {
  let underWay = 0;
  page.on("request", () => {
    underWay += 1;
  });
  const ended = () => {
    underWay -= 1;
  };
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  return () => underWay <= 0;
}

/** True when everything is there and stays as tall as it is for some frames. */
function isCalm(page: Page): Promise<boolean> {
  return page.evaluate(async (pending) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const isPending = () => document.querySelector(pending) !== null || document.fonts.status !== "loaded";
    const before = document.documentElement.scrollHeight;
    for (let calm = 0; calm < 6; calm++) {
      await frame();
      if (isPending() || document.documentElement.scrollHeight !== before) return false;
    }
    return document.querySelector("h1") !== null;
  }, PENDING);
}

/**
 * Waits until a page shows everything: content, fonts, what it has asked for.
 * @param shows an element that comes after everything else
 * @throws when it does not come to rest
 */
export async function settled(page: Page, isQuiet: () => boolean, shows?: string): Promise<void> {
  if (shows !== undefined) await page.locator(shows).first().waitFor();
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (!(isQuiet() && (await isCalm(page)) && isQuiet())) {
    if (Date.now() > deadline) throw new Error(`${new URL(page.url()).pathname} does not come to rest`);
    await sleep(POLL_PAUSE_MILLISECONDS);
  }
}
