import type { Page } from "playwright-core";
import { z } from "zod";
import type { ApiClient } from "#contract/client.ts";
import { getConfig } from "#contract/configs.ts";
import { getExperiment, postStop } from "#contract/experiments.ts";
import { getDecisions } from "#contract/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { DashboardStack, WIDE } from "./dashboard-stack.ts";
import { ADMIN_KEY, type TestServer } from "./server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "./server-patience.ts";

/** One tab on a stack of its own, for all tests of a file: a fresh browser context per test costs more than the test. */
export class ExperimentTab {
  readonly tab: Page;
  readonly #stack: DashboardStack;

  private constructor(stack: DashboardStack, tab: Page) {
    this.#stack = stack;
    this.tab = tab;
  }

  static async start(): Promise<ExperimentTab> {
    const stack = await DashboardStack.start();
    const tab = await stack.page();
    return new ExperimentTab(stack, tab);
  }

  get server(): TestServer {
    return this.#stack.server;
  }

  get admin(): ApiClient {
    return this.#stack.server.admin;
  }

  /** What the page has written to the console as errors since it was opened. */
  get errors(): readonly string[] {
    return this.#stack.consoleErrors;
  }

  /** Opens a path signed in. @param key by default the admin's */
  async open(path: string, key = ADMIN_KEY): Promise<Page> {
    const isHere = this.tab.url() === this.server.dashboard + path;
    this.#stack.consoleErrors.length = 0;
    await this.tab.goto(`${this.server.dashboard}${path}#key=${key}`);
    // Where only the fragment differs, going there loads nothing.
    if (isHere) await this.tab.reload();
    return this.tab;
  }

  read(key: string): Promise<Experiment> {
    return this.admin.call(getExperiment, { params: { key } });
  }

  act(key: string, verb: string, body: object = {}): Promise<Experiment> {
    return this.admin.call(
      { ...postStop, path: `/v1/experiments/:key/${verb}`, body: z.unknown() },
      { params: { key }, body },
    );
  }

  async liveVersion(config: string): Promise<number> {
    return (await this.admin.call(getConfig, { params: { key: config } })).liveVersion;
  }

  /** Runs the schedule until an experiment has as many stored decisions. */
  async untilDecided(key: string, count = 1): Promise<void> {
    this.server.runSchedule();
    await untilItWorks(async () => {
      const { decisions } = await this.admin.call(getDecisions, { params: { key } });
      if (decisions.length < count) throw new Error("not decided yet");
    }, PATIENCE_MILLISECONDS);
  }

  /** Forgets what a test has changed about the tab. */
  async tidy(): Promise<void> {
    await this.tab.unrouteAll({ behavior: "ignoreErrors" });
    await this.tab.setViewportSize(WIDE);
    await this.tab.emulateMedia({ media: null, colorScheme: "light" });
  }
}

export const status = (page: Page, word: string) =>
  page.locator(".experiment-title .badge", { hasText: new RegExp(`^${word}$`) });
export const dialog = (page: Page) => page.getByRole("dialog");
/** By its whole name: behind a dialog that asks again, "Roll back…" is there a moment longer than "Roll back". */
export const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

/** Opens the menu and chooses. */
export async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}
