/// <reference lib="dom" />

import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { sharedBrowser } from "./browser.ts";
import { slowDown } from "./dashboard-vitals.ts";
import { atFileEnd } from "./ends.ts";
import { giveBackPage, type PageLook, takePage } from "./page-reserve.ts";
import { ADMIN_KEY, TestServer } from "./server.ts";
import { PATIENCE_MILLISECONDS } from "./server-patience.ts";

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Of a page for which nothing else is asked. */
const LOOK = { viewport: WIDE, colorScheme: "light" } as const satisfies PageLook;

/** How many times slower than it is the browser's processor pretends to be: shows which tests lean on a fast machine. */
const SLOWNESS = Number(process.env.BAKEOFF_BROWSER_SLOWNESS ?? 1);

/** The whole of Bakeoff on this machine with a browser in front of it. */
export class DashboardStack {
  readonly server: TestServer;
  readonly browser: Browser;
  /** What the pages wrote to the console as errors, policy violations included. */
  readonly consoleErrors: string[] = [];
  #expectedErrors: RegExp | undefined;
  #contexts: BrowserContext[] = [];
  #taken: Page[] = [];

  private constructor(server: TestServer, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  /** @param data  a folder to go on with; by default a fresh one */
  static async start(data?: string): Promise<DashboardStack> {
    const [server, browser] = await Promise.all([TestServer.start(data), sharedBrowser()]);
    const stack = new DashboardStack(server, browser);
    atFileEnd(() => stack.closePages());
    return stack;
  }

  /** A page of a browser that has never been here, for tests that change it for good: scripts, clocks, time zones. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ ...LOOK, ...options });
    this.#contexts.push(context);
    return this.#prepare(await context.newPage());
  }

  /** A page that looks as if its browser had never been here, for all other tests: it may have served others. */
  async page(look: PageLook = {}): Promise<Page> {
    const page = await takePage(this.browser, { ...LOOK, ...look });
    this.#taken.push(page);
    return this.#prepare(page);
  }

  async #prepare(page: Page): Promise<Page> {
    if (SLOWNESS > 1) await slowDown(page, SLOWNESS);
    page.setDefaultTimeout(PATIENCE_MILLISECONDS);
    page.on("console", (message) => {
      if (message.type() === "error") this.#note(message.text());
    });
    page.on("pageerror", (error) => this.#note(error.message));
    return page;
  }

  /** Until the pages close, such errors are what a test asks for: the browser itself writes down every refusal. */
  expectErrors(pattern: RegExp): void {
    this.#expectedErrors = pattern;
  }

  #note(error: string): void {
    if (!this.#expectedErrors?.test(error)) this.consoleErrors.push(error);
  }

  /** Opens a path signed in. @param key by default the admin's */
  async open(path: string, look: PageLook = {}, key = ADMIN_KEY): Promise<Page> {
    const page = await this.page(look);
    await page.goto(`${this.server.dashboard}${path}#key=${key}`);
    return page;
  }

  /** Closes or gives back every page opened so far and forgets their console. */
  async closePages(): Promise<void> {
    await Promise.all([
      ...this.#contexts.map((context) => context.close()),
      ...this.#taken.map((page) => giveBackPage(page, this.server.dashboard)),
    ]);
    this.#contexts = [];
    this.#taken = [];
    this.consoleErrors.length = 0;
    this.#expectedErrors = undefined;
  }
}
