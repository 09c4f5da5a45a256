/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ExperimentSummary } from "#contract/lists.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { manySummaries, portfolio, summary } from "#test/e2e/support/dashboard-summaries.ts";
import { layoutShift, watchLayoutShifts } from "#test/e2e/support/dashboard-vitals.ts";
import { createRunning, sendOutcomes, untilAnalyzed } from "#test/e2e/support/experiment-setup.ts";
import type { PageLook } from "#test/e2e/support/page-reserve.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";

const LIST = "**/api/v1/experiments";

describe("the list of experiments", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
  });
  afterEach(() => stack.closePages());

  /** Opens the list with these experiments in place of the API's. */
  async function openWith(
    experiments: readonly ExperimentSummary[],
    path = "/experiments",
    options: PageLook = {},
  ): Promise<Page> {
    const page = await stack.page(options);
    await page.route(LIST, (route) => route.fulfill({ json: { experiments } }));
    await signIn(page, path);
    return page;
  }

  const signIn = (page: Page, path: string) => page.goto(`${stack.server.dashboard}${path}#key=${ADMIN_KEY}`);
  const rows = (page: Page) => page.locator(".experiment-row");
  const names = (page: Page) => page.locator(".row-link").allTextContents();
  const status = (page: Page, words: string | RegExp) =>
    page.getByRole("status").filter({ hasText: words }).waitFor();
  const search = (page: Page) =>
    page.getByRole("searchbox", { name: "Search by name, key, AI config, owner or tag" });

  it("teaches the way to a first experiment while there is none", async () => {
    const page = await stack.open("/experiments");
    await page.getByRole("heading", { name: "Run your first experiment" }).waitFor();
    expect(await page.getByRole("searchbox").count()).toBe(0);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(stack.consoleErrors).toEqual([]);
  });

  it("shows what the API has, with the numbers of the newest analysis, and leads there and back", async () => {
    const { admin } = stack.server;
    await createRunning(admin, "listed", { name: "Is the first one shown?" });
    const small = { units: 120, success: 0.5, error: 0 };
    await sendOutcomes(admin, "listed", { small, large: { ...small, success: 1 } });
    await untilAnalyzed(stack.server, "listed", 240);
    const page = await stack.open("/experiments");
    const row = rows(page).filter({ hasText: "Is the first one shown?" });
    await row.locator(".row-units", { hasText: "240" }).waitFor();
    for (const part of ["Model", "listed", "Running", "Task success", "large"]) {
      await expect.poll(() => row.textContent()).toContain(part);
    }
    await page.getByRole("link", { name: "Is the first one shown?" }).click();
    await page.waitForURL("**/experiments/listed");
    await page.goBack();
    await row.waitFor();
  });

  it("finds by name, key and config, and keeps the search in the address", async () => {
    const page = await openWith(manySummaries(40));
    await search(page).fill("friendlier config-2");
    await status(page, /\d of 40 experiments/);
    await page.waitForURL(/q=friendlier\+config-2/);
    await expect
      .poll(async () => (await names(page)).map((name) => name.includes("friendlier")))
      .toSatisfy((found: boolean[]) => found.length > 0 && found.every(Boolean));
    await search(page).fill("experiment-39");
    await page.getByRole("link", { name: /No\. 39$/ }).waitFor();
    await page.waitForURL(/q=experiment-39/);
    await page.reload();
    await page.getByRole("link", { name: /No\. 39$/ }).waitFor();
    await expect.poll(() => search(page).inputValue()).toBe("experiment-39");
  });

  it("filters by status and kind from the address and by hand", async () => {
    const page = await openWith(manySummaries(60), "/experiments?status=draft,paused&kind=model");
    await status(page, "4 of 60 experiments");
    await expect.poll(() => page.getByRole("checkbox", { name: /^Draft/ }).isChecked()).toBe(true);
    await page.getByRole("checkbox", { name: /^Draft/ }).uncheck();
    await status(page, "2 of 60 experiments");
    await page.waitForURL(/status=paused/);
    await page.getByLabel("Kind").selectOption("All");
    await status(page, "10 of 60 experiments");
    await expect.poll(() => new URL(page.url()).searchParams.has("kind")).toBe(false);
  });

  it("finds owners and tags, and shows what is archived when it is asked to", async () => {
    const page = await openWith([
      summary({ key: "one", name: "First question", owner: "Support team", tags: ["tone"] }),
      summary({ key: "two", name: "Second question", status: "stopped", archivedAt: Date.now() }),
      summary({ key: "three", name: "Third question" }),
    ]);
    await status(page, /^2 experiments/);
    await search(page).fill("support tone");
    await status(page, "1 of 2 experiments");
    await expect.poll(() => names(page)).toEqual(["First question"]);
    await expect.poll(() => rows(page).textContent()).toContain("Support team, tone");
    await search(page).fill("");
    await page.getByRole("checkbox", { name: /^Show archived/ }).check();
    await status(page, /^3 experiments/);
    await page.waitForURL(/archived=shown/);
    await expect.poll(() => names(page)).toContain("Second question");
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("leads to what all ended experiments have shown together", async () => {
    const page = await openWith(manySummaries(3));
    await page.getByRole("link", { name: "Portfolio" }).click();
    await page.getByRole("heading", { name: "No experiment has ended yet" }).waitFor();
    await page.route("**/api/v1/portfolio*", (route) => route.fulfill({ json: portfolio() }));
    await page.reload();
    await status(page, "1 won, 1 lost, 0 undecided");
    const row = page.getByRole("row", { name: /Shorter answers/ });
    for (const words of ["Won", "short: +4.0 pp, shrunk +3.0 pp", "Ask again in spring.", "Support team"])
      await expect.poll(() => row.textContent()).toContain(words);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityViolations(page)).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole("link", { name: "Shorter answers" }).waitFor();
    await page.setViewportSize({ width: 800, height: 1_100 });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.getByRole("button", { name: "Print" }).waitFor({ state: "hidden" });
    await page.getByRole("navigation").waitFor({ state: "hidden" });
    await expect.poll(() => row.textContent()).toContain("Won");
  });

  it("ignores filters that an old address misspells", async () => {
    const page = await openWith(manySummaries(12), "/experiments?status=gone&kind=nonsense&sort=sideways");
    await status(page, /^12 experiments/);
  });

  it("sorts by the chooser and by the columns' heads", async () => {
    const page = await openWith(manySummaries(30));
    await expect.poll(async () => (await names(page))[0]).toContain("No. 0");
    await page.getByLabel("Sort by").selectOption("Name");
    await page.waitForURL(/sort=name/);
    await expect
      .poll(async () => (await names(page))[0])
      .toBe("Do more retrieved passages ground the answer? No. 13");
    await page.getByRole("button", { name: "Units" }).click();
    await page.locator("[role=columnheader][aria-sort=descending]", { hasText: "Units" }).waitFor();
    await expect
      .poll(async () =>
        (await page.locator(".row-units").allTextContents()).map((text) => Number(text.replace(/\D/g, ""))),
      )
      .toSatisfy((counts: number[]) => counts.every((count, index) => count <= (counts[index - 1] ?? count)));
    await page.getByRole("button", { name: "Units" }).click();
    await expect.poll(async () => (await names(page))[0]).toContain("No. 0");
  });

  it("says when nothing matches, and clears the filters", async () => {
    const page = await openWith(manySummaries(5), "/experiments?q=nothing+like+it&status=running");
    await page.getByRole("heading", { name: "No matching experiments" }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await status(page, /^5 experiments/);
    await expect.poll(() => search(page).inputValue()).toBe("");
    await expect.poll(() => new URL(page.url()).search).toBe("");
  });

  it("works by keyboard alone: / searches, j and k and the arrows move, Enter opens", async () => {
    const page = await openWith(manySummaries(300));
    await rows(page).first().waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("j");
    await expect.poll(focused).toContain("No. 0");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toContain("No. 2");
    await page.keyboard.press("k");
    await expect.poll(focused).toContain("No. 1");
    await page.keyboard.press("End");
    await expect.poll(focused).toContain("No. 299");
    await page.keyboard.press("Home");
    await expect.poll(focused).toContain("No. 0");
    await page.keyboard.press("/");
    await search(page).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("jk");
    await expect.poll(() => search(page).inputValue()).toBe("jk");
    await search(page).fill("experiment-77");
    await expect.poll(() => names(page)).toEqual([expect.stringContaining("No. 77")]);
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toMatch(/No\. 77/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/experiments\/experiment-77/);
  });

  it("tells screen readers how many rows there are and which ones are here", async () => {
    const page = await openWith(manySummaries(1_000));
    await rows(page).first().waitFor();
    await expect
      .poll(() => page.getByRole("table", { name: "Experiments" }).getAttribute("aria-rowcount"))
      .toBe("1001");
    expect(await rows(page).count()).toBeLessThan(60);
    await page.keyboard.press("j");
    await page.locator(".row-link:focus").waitFor();
    await page.keyboard.press("End");
    await page.locator(".experiment-row[aria-rowindex='1001']").waitFor();
    await expect.poll(() => page.getByRole("columnheader").count()).toBe(5);
  });

  it("does not make the page jump when the answer comes late", async () => {
    const page = await stack.newPage();
    await watchLayoutShifts(page);
    const late = Promise.withResolvers<void>();
    await page.route(LIST, async (route) => {
      await late.promise;
      await route.fulfill({ json: { experiments: manySummaries(50) } });
    });
    await signIn(page, "/experiments");
    await page.getByText("Loading experiments").waitFor({ state: "attached" });
    late.resolve();
    await rows(page).nth(3).waitFor();
    const shift = await layoutShift(page);
    console.log(`layout shift of the list: ${shift}`);
    expect(shift).toBeLessThanOrEqual(0.02);
  });

  it("keeps the last numbers when the connection is lost, says so, and recovers", async () => {
    const page = await openWith(manySummaries(3));
    await status(page, /^3 experiments/);
    await page.unroute(LIST);
    await page.route(LIST, (route) => route.abort());
    await status(page, "Connection lost");
    expect(await rows(page).count()).toBe(3);
    await page.unroute(LIST);
    await page.route(LIST, (route) => route.fulfill({ json: { experiments: manySummaries(4) } }));
    await status(page, /^4 experiments/);
  });

  it("says what to do when the API fails, and recovers on demand", async () => {
    const page = await stack.page();
    await page.route(LIST, (route) => route.fulfill({ status: 500, json: {} }));
    await signIn(page, "/experiments");
    await page.getByRole("alert").getByText("The API returned an error").waitFor();
    await page.unroute(LIST);
    await page.getByRole("button", { name: "Try again" }).click();
    await rows(page).first().waitFor();
  });

  it.each(["light", "dark"] as const)(
    "keeps odd names in their place, at 1440 and 390, without accessibility violations in %s",
    async (colorScheme) => {
      const odd = [
        summary({ key: "markup", name: "<script>document.title='owned'</script>" }),
        summary({ key: "right-to-left", name: "هل الإجابات القصيرة تحل نفس العدد من الطلبات؟" }),
        summary({ key: "endless", name: "endless".repeat(28), config: "c".repeat(64), latestSummary: null }),
        summary({ key: "draft", name: "Not yet", status: "draft", startedAt: null, latestSummary: null }),
      ];
      for (const viewport of [{ width: 1440, height: 900 }, PHONE]) {
        const page = await openWith(odd, "/experiments", { colorScheme, viewport });
        await page.getByText("<script>document.title='owned'</script>").waitFor();
        await expect.poll(() => page.title()).toBe("Experiments · Bakeoff");
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
        expect(await accessibilityViolations(page)).toEqual([]);
      }
      expect(stack.consoleErrors).toEqual([]);
    },
  );
});
