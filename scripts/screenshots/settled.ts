/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** What stands in for content that is still to come. */
const PENDING = ".skeleton, [aria-busy=true]";

/** Waits until a page shows everything: content, fonts, and a height that no longer changes from frame to frame. */
export async function settled(page: Page, shows: string | undefined): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached" });
  if (shows !== undefined) await page.locator(shows).first().waitFor();
  await page.waitForFunction(
    async (pending) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const isPending = () => document.querySelector(pending) !== null || document.fonts.status !== "loaded";
      const height = () => document.documentElement.scrollHeight;
      const before = height();
      for (let calm = 0; calm < 12; calm++) {
        await frame();
        if (isPending() || height() !== before) return false;
      }
      return true;
    },
    PENDING,
    { polling: 100 },
  );
}
