/// <reference lib="dom" />
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import type { LocalServer } from "../local-server/local-server.ts";
import { settled, watchRequests } from "./settled.ts";
import type { Shot } from "./shots.ts";

const SCREENS = [
  { name: "1440", width: 1440, height: 900, tallest: 2_200 },
  { name: "390", width: 390, height: 844, tallest: 3_000 },
] as const;
const THEMES = ["light", "dark"] as const;

const PATIENCE_MILLISECONDS = 30_000;

/** Photographs pages in every theme at every width, and notes what they say on the console. */
export class Camera {
  readonly #browser: Browser;
  readonly #server: LocalServer;
  readonly #folder: string;
  readonly #only: RegExp;
  readonly errors: string[] = [];
  bytes = 0;

  constructor(browser: Browser, server: LocalServer, folder: string, only: RegExp) {
    this.#browser = browser;
    this.#server = server;
    this.#folder = folder;
    this.#only = only;
  }

  async photograph(shots: readonly Shot[]): Promise<void> {
    // One after another: a browser draws no frames for a page behind another one.
    for (const screen of SCREENS) {
      const context = await this.#browser.newContext({
        viewport: { width: screen.width, height: screen.height },
        deviceScaleFactor: 1,
        reducedMotion: "reduce",
        locale: "en-GB",
        timezoneId: "UTC",
      });
      for (const shot of shots.filter(({ name }) => this.#only.test(name))) {
        await this.#photographOne(context, shot, screen);
      }
      await context.close();
    }
  }

  async #photographOne(context: BrowserContext, shot: Shot, screen: (typeof SCREENS)[number]): Promise<void> {
    const page = await this.#newTab(context, shot);
    const isQuiet = watchRequests(page);
    const key = shot.signedOut ? "" : `#key=${this.#server.adminKey}`;
    await page.goto(new URL(shot.path, this.#server.dashboard).href + key);
    await settled(page, isQuiet, shot.shows);
    await shot.prepare?.(page);
    await settled(page, isQuiet);
    if (!shot.screenOnly) {
      const content = await page.evaluate(() => document.documentElement.scrollHeight);
      const height = Math.min(Math.max(content, screen.height), screen.tallest);
      await page.setViewportSize({ width: screen.width, height });
    }
    const sizes: string[] = [];
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await page.evaluate(() => window.scrollTo(0, 0));
      await settled(page, isQuiet);
      sizes.push(await this.#save(page, `${shot.name}-${screen.name}-${theme}.png`));
    }
    await page.close();
    console.log(`${shot.name} at ${screen.name}: ${sizes.join(", ")}`);
  }

  /** In a tab of its own, so that nothing typed elsewhere comes back. */
  async #newTab(context: BrowserContext, shot: Shot): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MILLISECONDS);
    const note = (text: string) => this.errors.push(`${shot.name}: ${text}`);
    page.on("console", (message) => {
      if (message.type() === "error" && !(shot.signedOut && message.text().includes("401")))
        note(message.text());
    });
    page.on("pageerror", (error) => note(error.message));
    return page;
  }

  /** A palette says all there is in flat surfaces, in a third of the bytes. @returns the size in words */
  async #save(page: Page, name: string): Promise<string> {
    const raw = await page.screenshot({ animations: "disabled", caret: "hide" });
    const small = await sharp(raw)
      .png({ palette: true, colors: 128, dither: 0, effort: 5, compressionLevel: 9 })
      .toBuffer();
    await writeFile(join(this.#folder, name), small);
    this.bytes += small.byteLength;
    return `${Math.round(small.byteLength / 1_000)} kB`;
  }
}
