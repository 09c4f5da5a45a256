/// <reference lib="dom" />
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/dashboard-browser.ts";
import { tell } from "./support/dashboard-fixtures.ts";
import { type FakeApi, serveDashboard, VALID_KEY } from "./support/dashboard-server.ts";
import { draft, harmed, skewed, undecided, won } from "./support/dashboard-stories.ts";

const NOW = Date.now();
const STORIES = [undecided, harmed, won, skewed, draft].map((story) => tell(story, NOW));
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const BOUND_MILLISECONDS = 15_000;

describe("the dashboard", () => {
  const api: FakeApi = { stories: STORIES, failure: undefined };
  let folder: string;
  let server: Server;
  let url: string;
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let consoleErrors: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bakeoff-dashboard-"));
    const root = join(import.meta.dirname, "../../dashboard");
    const configFile = join(root, "vite.config.ts");
    await build({ configFile, root, logLevel: "warn", build: { outDir: folder } });
    ({ server, url } = await serveDashboard(folder, api));
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    api.stories = STORIES;
    api.failure = undefined;
    consoleErrors = [];
  });

  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });

  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: WIDE, colorScheme: "light", ...options });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(BOUND_MILLISECONDS);
    page.on("console", (message) => {
      if (message.type() === "error") consoleErrors.push(message.text());
    });
    page.on("pageerror", (error) => consoleErrors.push(error.message));
    return page;
  }

  async function openSignedIn(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await newPage(options);
    await page.goto(`${url}${path}#key=${VALID_KEY}`);
    return page;
  }

  const text = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();

  it("draws an interval plot per metric and puts the primary metric first", async () => {
    const page = await openSignedIn("/experiments/answer-length");
    await page.locator("svg.interval-mark[role=img]").nth(4).waitFor();
    expect(await page.getByRole("heading", { level: 3 }).allTextContents()).toEqual(
      expect.arrayContaining(["Task success", "Hallucinations", "Latency", "Output tokens"]),
    );
    const [first] = await page.getByRole("article").all();
    const words = await first?.textContent();
    for (const part of ["Task success", "Higher is better", "71.4%", "+1.8 pp", "+2.5%", "Unclear"]) {
      expect(words).toContain(part);
    }
    const tooltip = await first?.locator("svg.interval-mark title").first().textContent();
    expect(tooltip).toContain("95% always valid");
    expect(tooltip).toContain("95% for one look");
  });

  it("says why a metric has no interval", async () => {
    const page = await openSignedIn("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Latency, 95th percentile" });
    await card.getByText("Too few units yet").first().waitFor();
    expect(await card.locator("svg.interval-mark[role=img]").count()).toBe(0);
  });

  it("says of each guardrail whether it is safe, harmed or unclear, and what it tolerates", async () => {
    const page = await openSignedIn("/experiments/answer-length");
    const guardrails = page.getByRole("region", { name: "Guardrails", exact: true });
    await guardrails.getByText("Safe").first().waitFor();
    const words = await guardrails.textContent();
    expect(words).toContain("Unclear");
    expect(words).toContain("Tolerates up to +1 pp");
    expect(words).toContain("Tolerates up to +10% of control");

    await page.goto(`${url}/experiments/newer-model`);
    await page.getByRole("region", { name: "Guardrails", exact: true }).getByText("Harmed").waitFor();
  });

  it("warns of a sample-ratio mismatch with observed and expected units", async () => {
    const page = await openSignedIn("/experiments/more-passages?tab=traffic");
    const panel = page.getByRole("region", { name: "Sample ratio" });
    await panel.getByText("Mismatch").waitFor();
    await panel.getByRole("row", { name: "four 1,402 1,256" }).waitFor();
    await text(page, /^On hold/);
  });

  it("shows new numbers by itself", async () => {
    const page = await openSignedIn("/experiments/answer-length");
    await text(page, "12,359");
    await page.evaluate(() => document.querySelector("h1")?.setAttribute("data-kept", "yes"));
    const later = { ...undecided, units: { detailed: 4_292, short: 4_166, bullets: 4_201 } };
    api.stories = [tell(later, NOW)];
    await text(page, "12,659");
    expect(await page.locator("h1").getAttribute("data-kept")).toBe("yes");
  });

  it("keeps the last numbers on screen when the connection is lost, and says so", async () => {
    const page = await openSignedIn("/experiments/answer-length");
    await text(page, "12,359");
    api.failure = 503;
    await text(page, "Connection lost, trying again");
    expect(await page.getByText("12,359").first().isVisible()).toBe(true);
  });

  it("says so when an experiment does not exist", async () => {
    const page = await openSignedIn("/experiments/nothing-here");
    await text(page, "There is nothing at this address");
  });

  it("shows markup in a name as text", async () => {
    const page = await openSignedIn("/experiments/temperature");
    await page.getByRole("heading", { name: "<script>document.title='owned'</script>" }).waitFor();
    expect(await page.title()).toContain("<script>");
    expect(await page.locator("main script").count()).toBe(0);
  });

  it.each(["/experiments/answer-length", "/experiments/temperature"])(
    "needs no horizontal scrolling at 390 px on %s",
    async (path) => {
      const page = await openSignedIn(path, { viewport: PHONE });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    },
  );

  it.each(["light", "dark"] as const)("has no accessibility violations in %s mode", async (colorScheme) => {
    const page = await openSignedIn("/experiments/answer-length", { colorScheme });
    await page.locator("svg.interval-mark[role=img]").nth(4).waitFor();
    const experiment = await new AxeBuilder({ page }).analyze();
    const found = experiment.violations.map(({ id, nodes }) => ({
      id,
      where: nodes.map(({ html }) => html),
    }));
    expect(found).toEqual([]);
  });

  it("breaks no rule of its own content security policy", async () => {
    const page = await openSignedIn("/experiments/answer-length");
    await page.locator("svg.interval-mark[role=img]").nth(4).waitFor();
    expect(consoleErrors).toEqual([]);
  });
});
