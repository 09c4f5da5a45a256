/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Overview } from "#contract/overview.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { DashboardStack, PHONE, WIDE } from "#test/e2e/support/dashboard-stack.ts";
import { manySummaries, overviewOf, summary } from "#test/e2e/support/dashboard-summaries.ts";
import {
  layoutShift,
  markedNumbers,
  watchLayoutShifts,
  watchMarkedNumbers,
} from "#test/e2e/support/dashboard-vitals.ts";
import { createRunning, sendOutcomes, untilAnalyzed } from "#test/e2e/support/experiment-setup.ts";
import type { PageLook } from "#test/e2e/support/page-reserve.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";

const ROUTE = "**/api/v1/overview";
const HOUR = 3_600_000;
const RIGHT_TO_LEFT = "هل الإجابات القصيرة تحل نفس العدد من الطلبات؟";
const MARKUP = "<script>document.title='owned'</script>";

/** Every kind of trouble and decision, and odd names. */
function eventful(): Overview {
  const now = Date.now();
  const attention = { experiment: "answer-length", since: now - 5 * HOUR };
  return overviewOf(
    [
      summary(),
      summary({ key: "markup", name: MARKUP, config: "c".repeat(64) }),
      summary({ key: "endless", name: "endless".repeat(28), latestSummary: null, status: "paused" }),
      ...manySummaries(6).filter(({ status }) => status === "promoted"),
    ],
    {
      attention: [
        { ...attention, kind: "on_hold", name: MARKUP, message: "Units are not split as planned." },
        { ...attention, kind: "silent", name: RIGHT_TO_LEFT, message: "No outcome event for 5 h." },
        { ...attention, kind: "unvouched", name: "Shorter", message: "1,412 of 1,500 units decide nothing." },
        { ...attention, kind: "not_analyzed", name: "endless".repeat(28), message: "Overdue." },
        { ...attention, kind: "paused", name: "Friendlier", message: "Paused for 2 d." },
      ],
      decisions: (["promote", "rollback", "stop", "hold"] as const).map((action, index) => ({
        experiment: `decided-${index}`,
        name: [MARKUP, RIGHT_TO_LEFT, "endless".repeat(28), "Plain"][index] ?? "",
        takenAt: now - index * HOUR,
        source: "cron",
        action,
        variant: null,
        reason: "superior",
        summary: `The reason for ${action}.`,
      })),
    },
  );
}

describe("the overview", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
  });
  afterEach(() => stack.closePages());

  async function openWith(answer: () => Overview, options: PageLook = {}): Promise<Page> {
    const page = await stack.page(options);
    await page.route(ROUTE, (route) => route.fulfill({ json: answer() }));
    await page.goto(`${stack.server.dashboard}/#key=${ADMIN_KEY}`);
    return page;
  }
  const arms = (units: number) => ({
    small: { units, success: 0.5, error: 0 },
    large: { units, success: 1, error: 0 },
  });
  const realCard = (page: Page) =>
    section(page, "Running now").getByRole("listitem").filter({ hasText: "Is this one shown?" });
  const section = (page: Page, name: string) => page.getByRole("region", { name });

  it("teaches the three steps to a first experiment while there is none", async () => {
    const page = await stack.open("/");
    await page.getByRole("heading", { name: "Run your first experiment" }).waitFor();
    const sample = page.getByRole("figure", { name: /Get the version/ });
    await expect.poll(() => sample.textContent()).toContain(`curl ${stack.server.dashboard}/api/v1/assign`);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('"unit": "user-42"');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "New AI config" }).click();
    await page.waitForURL("**/new/config");
    expect(stack.consoleErrors).toEqual([]);
  });

  it("shows what the API has", async () => {
    const { admin } = stack.server;
    await createRunning(admin, "real", { name: "Is this one shown?", minimumUnits: 5_000 });
    await sendOutcomes(admin, "real", arms(120));
    await untilAnalyzed(stack.server, "real", 240);
    const page = await stack.open("/");
    const card = realCard(page);
    await card.locator(".marked-value", { hasText: "240 units" }).waitFor();
    for (const part of [
      "Model",
      "real",
      "Task success",
      "large",
      "1 safe",
      "just started",
      "Too early to say",
    ]) {
      await expect.poll(() => card.textContent()).toContain(part);
    }
  });

  it("tells the best treatment's effect by a word, a sign and an interval", async () => {
    const page = await openWith(() => overviewOf([summary()]));
    const card = section(page, "Running now").getByRole("listitem");
    await card
      .getByRole("img", {
        name: /^short vs. control: unclear, always-valid interval −1\.2 pp to \+4\.8 pp$/,
      })
      .waitFor();
    for (const part of ["+1.8 pp", "Unclear", "3 safe", "1 unclear", "12,359 units", "4,120 a day"]) {
      await expect.poll(() => card.textContent()).toContain(part);
    }
    expect(await card.textContent()).not.toContain("0 harmed");
    await card.getByRole("img", { name: /^Traffic since the start/ }).waitFor();
  });

  it("says when a decision is to be expected, and on focus what that assumes", async () => {
    const page = await openWith(() => overviewOf([summary()]));
    const forecast = page.getByText("Decides in about 5 days");
    await forecast.waitFor();
    const assumption = page.getByRole("tooltip").filter({ hasText: "If 4,120 units a day arrive" });
    expect(await assumption.isVisible()).toBe(false);
    await page.locator(".hint").focus();
    await assumption.waitFor();
    await page.keyboard.press("Escape");
    await assumption.waitFor({ state: "hidden" });
  });

  it.each([
    [{ status: "expected", basis: "minimum", units: 10, days: 0.02 }, "Decides in less than an hour"],
    [{ status: "expected", basis: "maximum", units: 90_000, days: 40 }, "Ends in about 6 weeks"],
    [{ status: "unknown", reason: "no_traffic" }, "No units arriving"],
    [{ status: "unknown", reason: "insufficient_data" }, "Too early to say"],
    [{ status: "unknown", reason: "no_difference_in_sight" }, "No decision in sight"],
    [{ status: "unknown", reason: "on_hold" }, "On hold"],
    [{ status: "unknown", reason: "not_by_difference" }, "No forecast"],
    [
      { status: "expected", basis: "maximum", units: 900, days: 5, futileChance: 0.8 },
      "Ends in about 5 days, or before as futile",
    ],
  ] as const)("puts the forecast %j into words", async (forecast, words) => {
    const answer = overviewOf([summary()]);
    const page = await openWith(() => ({
      ...answer,
      active: answer.active.map((active) => ({ ...active, forecast })),
    }));
    await section(page, "Running now").getByText(words, { exact: true }).waitFor();
  });

  it("says of what has just started that its first analysis is to come, not that nobody comes", async () => {
    const forecast = { status: "unknown", reason: "no_traffic" } as const;
    const answer = overviewOf([summary({ latestSummary: null })]);
    const active = answer.active.map((one) => ({ ...one, unitsPerDay: null, forecast }));
    const page = await openWith(() => ({ ...answer, active }));
    const running = section(page, "Running now");
    await running.getByText("Available after the first analysis").waitFor();
    await running.getByText("Too early to say", { exact: true }).waitFor();
    expect(await running.getByText(/No units/).count()).toBe(0);
  });

  it("puts first what needs a person, with what to do and the way there", async () => {
    const page = await openWith(eventful);
    const items = section(page, "Needs attention").getByRole("listitem");
    await items.nth(4).waitFor();
    for (const [index, part] of [
      "On hold",
      "No events",
      "Mostly unvouched",
      "Not analyzed",
      "Paused",
    ].entries()) {
      await expect.poll(() => items.nth(index).textContent()).toContain(part);
    }
    await items.nth(4).getByText("Resume or stop the experiment.").waitFor();
    await items.nth(0).getByRole("link", { name: MARKUP }).click();
    await page.waitForURL("**/experiments/answer-length");
  });

  it("says so when nothing needs a person and when nothing runs", async () => {
    const page = await openWith(() => overviewOf([summary({ status: "draft", latestSummary: null })]));
    await page.getByText("All clear").waitFor();
    await section(page, "Running now").getByText("No experiments are running").waitFor();
    await page.getByRole("link", { name: "1 Draft" }).click();
    await page.waitForURL("**/experiments?status=draft");
  });

  it("lists the latest decisions with their reasons and the way there", async () => {
    const page = await openWith(eventful);
    const items = section(page, "Latest decisions").getByRole("listitem");
    await items.nth(3).waitFor();
    await expect
      .poll(() => items.nth(1).textContent())
      .toMatch(/Rolled back1 h ago.*The reason for rollback\./);
    await items.nth(3).getByRole("link").click();
    await page.waitForURL("**/experiments/decided-3");
  });

  it("keeps the last numbers when the connection is lost, says so, and recovers", async () => {
    const page = await openWith(eventful);
    await page.getByText("12,359 units").first().waitFor();
    await page.unroute(ROUTE);
    await page.route(ROUTE, (route) => route.abort());
    await page.getByText("Connection lost, trying again").waitFor();
    expect(await page.getByText("12,359 units").first().isVisible()).toBe(true);
    await page.unroute(ROUTE);
    await page.getByText("Live", { exact: true }).waitFor();
  });

  it("says what to do when the API fails, and when a key may not read", async () => {
    const page = await stack.page();
    await page.route(ROUTE, (route) => route.fulfill({ status: 403, json: {} }));
    await page.goto(`${stack.server.dashboard}/#key=${ADMIN_KEY}`);
    await page.getByRole("alert").getByText("sign in with a key that has scope read or admin").waitFor();
    await page.unroute(ROUTE);
    await page.route(ROUTE, (route) => route.fulfill({ status: 500, json: {} }));
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").getByText("The API returned an error").waitFor();
    await page.unroute(ROUTE);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Live", { exact: true }).waitFor();
  });

  it("does not make the page jump when the answer comes late", async () => {
    const page = await stack.newPage();
    await watchLayoutShifts(page);
    const late = Promise.withResolvers<void>();
    await page.route(ROUTE, async (route) => {
      await late.promise;
      await route.fulfill({ json: eventful() });
    });
    await page.goto(`${stack.server.dashboard}/#key=${ADMIN_KEY}`);
    await page.getByText("Loading the overview").waitFor({ state: "attached" });
    late.resolve();
    await section(page, "Latest decisions").getByRole("listitem").nth(3).waitFor();
    const shift = await layoutShift(page);
    console.log(`layout shift of the overview: ${shift}`);
    expect(shift).toBeLessThanOrEqual(0.02);
  });

  it.each(["light", "dark"] as const)(
    "keeps odd names in their place, at 1440 and 390, without accessibility violations in %s",
    async (colorScheme) => {
      for (const viewport of [WIDE, PHONE]) {
        const page = await openWith(eventful, { colorScheme, viewport });
        await section(page, "Latest decisions").waitFor();
        await expect.poll(() => page.title()).toBe("Overview · Bakeoff");
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
        expect(await accessibilityViolations(page)).toEqual([]);
      }
      expect(stack.consoleErrors).toEqual([]);
    },
  );

  // At the end: the next look is due a minute after the first, which the tests above take anyway.
  it("marks numbers as they change, tells the pace, and leads to the experiment", async () => {
    const page = await stack.open("/");
    const card = realCard(page);
    await card.locator(".marked-value", { hasText: "240 units" }).waitFor();
    await watchMarkedNumbers(page);
    await sendOutcomes(stack.server.admin, "real", arms(30), "second");
    await untilAnalyzed(stack.server, "real", 300);
    await expect.poll(() => markedNumbers(page)).toContain("300 units");
    for (const part of [" a day", "Decides"]) await expect.poll(() => card.textContent()).toContain(part);
    await card.getByRole("link").click();
    await page.waitForURL("**/experiments/real");
  });
});
