/// <reference lib="dom" />

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** What can be chosen anew for a page that exists. */
export type PageLook = Pick<BrowserContextOptions, "viewport" | "colorScheme">;

/** Something of every dashboard that is not the app: from there to the app, the browser keeps its process. */
const QUIET_PLACE = "/favicon.svg";

/** Motion means frames, a fifth of the browser's work, and waiting for its end. Tests of motion itself ask for a new page. */
const STILL = { reducedMotion: "reduce" } as const;

const LEAVING_MILLISECONDS = 10_000;

const reserve: Page[] = [];

/** Makes a page look as it would in a browser that has never been here, but for what the browser has cached. */
async function makeAsNew(page: Page, dashboard: string): Promise<void> {
  const context = page.context();
  for (const event of ["console", "pageerror", "dialog", "request", "response"] as const) {
    await page.removeAllListeners(event, { behavior: "ignoreErrors" });
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.unrouteAll({ behavior: "ignoreErrors" });
  await context.clearPermissions();
  await page.mouse.move(0, 0);
  await page.goto(dashboard + QUIET_PLACE, { timeout: LEAVING_MILLISECONDS });
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
}

/**
 * A page that looks as if its browser had never been here. It may have been used before: to start a process and to compile
 * the app in it is half of what a page costs.
 */
export async function takePage(browser: Browser, look: PageLook): Promise<Page> {
  const { viewport = null, colorScheme = null } = look;
  for (let page = reserve.pop(); page; page = reserve.pop()) {
    if (page.isClosed() || page.context().browser() !== browser) continue;
    if (viewport) await page.setViewportSize(viewport);
    await page.emulateMedia({ media: null, colorScheme, ...STILL });
    return page;
  }
  return (await browser.newContext({ ...look, ...STILL })).newPage();
}

/** Ends the use of a page; one that cannot be made as new is closed. */
export async function giveBackPage(page: Page, dashboard: string): Promise<void> {
  try {
    const [only, ...others] = page.context().pages();
    if (only !== page || others.length > 0) throw new Error("the page has opened others");
    await makeAsNew(page, dashboard);
    reserve.push(page);
  } catch {
    await page.context().close();
  }
}
