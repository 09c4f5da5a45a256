/// <reference lib="dom" />
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { postMetric } from "#contract/metrics.ts";
import { getResults, getSegments } from "#contract/results.ts";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { prepareAnswerLength } from "#test/e2e/support/answer-length.ts";
import { createConfig } from "#test/e2e/support/create-config.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { prepareExperimentByTask } from "#test/e2e/support/experiment-by-task.ts";
import { createExperiment, startExperiment } from "#test/e2e/support/experiment-setup.ts";
import { logOutcomes } from "#test/e2e/support/log-outcomes.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";
import { expectCardTold, expectShown } from "#test/e2e/support/shown-numbers.ts";
import { bell, randomNumbers } from "#tools/random-numbers.ts";

const WIDE_VARIANTS = Array.from({ length: 10 }, (_, index) =>
  index === 0 ? "control" : `variant-${index}`,
);
const WIDE_UNITS = 60;
const WIDE_METRICS = Array.from({ length: 20 }, (_, index) => `measure_${index + 1}`);

describe("results of many variants, many metrics and many kinds of users", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
    const { admin } = stack.server;
    await createConfig(admin, "wide", WIDE_VARIANTS.length);
    for (const [index, key] of WIDE_METRICS.entries()) {
      const type = index % 4 === 0 ? "proportion" : "mean";
      const direction = index % 2 === 0 ? "increase" : "decrease";
      const definition = { key, name: `Measure ${index + 1}`, type, direction } as const;
      await admin.call(postMetric, { body: definition });
    }
    await createExperiment(admin, {
      key: "wide",
      kind: "prompt",
      config: "wide",
      variants: WIDE_VARIANTS,
      metrics: WIDE_METRICS.map((metric, index) => ({ metric, role: index === 0 ? "primary" : "secondary" })),
      minimumUnits: 100_000,
    });
    await startExperiment(admin, "wide");
    const random = randomNumbers(WIDE_UNITS);
    const units = Object.fromEntries(WIDE_VARIANTS.map((variant) => [variant, WIDE_UNITS]));
    await logOutcomes(admin, "wide", units, (variant) => {
      const lift = WIDE_VARIANTS.indexOf(variant);
      const value = (index: number) =>
        index % 4 === 0 ? Number(random() < 0.3 + 0.04 * lift) : 100 + lift + 10 * bell(random);
      return { metrics: Object.fromEntries(WIDE_METRICS.map((metric, index) => [metric, value(index)])) };
    });
    await prepareAnswerLength(stack.server);
    await prepareExperimentByTask(admin, "by-task");
  });

  afterEach(async () => {
    const errors = [...stack.consoleErrors];
    await stack.closePages();
    expect(errors).toEqual([]);
  });

  it("keeps metric, view and search in the address, by keyboard alone", async () => {
    const page = await stack.open("/experiments/wide");
    const matrix = page.getByRole("region", { name: "Secondary metrics as a table" });
    await matrix.getByRole("button", { name: "Measure 7", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Measure 7" }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("metric")).toBe("measure_7");
    await page.getByLabel("Find a metric").fill("measure 1");
    await expect.poll(() => matrix.locator("tbody tr").count()).toBe(10);
    await page.getByLabel("Find a metric").fill("nothing like it");
    await page.getByRole("button", { name: "Show all 20 metrics" }).click();
    await page.getByRole("radio", { name: "Cards" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("article").nth(19).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("view")).toBe("cards");
    const { pathname, search } = new URL(page.url());
    const sent = await stack.open(pathname + search);
    await sent.getByRole("article", { name: "Measure 20" }).waitFor({ state: "attached" });
    await expect.poll(() => sent.getByRole("radio", { name: "Cards" }).isChecked()).toBe(true);
    await sent.getByRole("region", { name: "Details: Measure 7" }).waitFor();
  });

  it("stays true and quick with 10 variants and 20 metrics", async () => {
    const { analysis, guardrails } = await stack.server.admin.call(getResults, { params: { key: "wide" } });
    const page = await stack.open("/experiments/wide?view=cards");
    await page.getByRole("article").nth(19).waitFor();
    for (const metric of analysis.metrics) await expectCardTold(page, metric, guardrails);
    const effort = await page.evaluate(async () => {
      const start = performance.now();
      document.querySelector<HTMLInputElement>('input[value="table"]')?.click();
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    });
    await page.getByRole("region", { name: "Secondary metrics as a table" }).waitFor();
    // What a page takes that does work without end; how fast it is, is no question for a machine that does other work.
    expect(effort).toBeLessThan(20_000);
  });

  it("breaks the results down, names what reverses, and says that it is exploratory", async () => {
    const page = await stack.open("/experiments/answer-length?tab=segments");
    await page.getByRole("button", { name: "language", exact: true }).click();
    const told = await stack.server.admin.call(getSegments, {
      params: { key: "answer-length" },
      query: { property: "language" },
    });
    await page.getByText("Exploratory", { exact: true }).waitFor();
    await page.getByText(/divided among 6 comparisons \(3 segments × 2 treatments\)/).waitFor();
    expect(told.reversals.length).toBeGreaterThan(0);
    await page
      .getByRole("region", { name: "Reversals" })
      .getByText(
        /^Task success: where language is de, short is worse than control .* though overall it is better/,
      )
      .waitFor();
    const shortRows = page.locator(".segment-table tbody tr").filter({ hasText: "short" });
    const differenceOf = (metrics: readonly MetricAnalysis[]): Comparison["difference"] | undefined =>
      metrics
        .find(({ metric }) => metric === "task_success")
        ?.comparisons.find(({ variant }) => variant === "short")?.difference;
    const all = [told.overall, ...told.segments].map(({ metrics }) => differenceOf(metrics));
    await expect.poll(() => shortRows.count()).toBe(all.length);
    for (const [index, difference] of all.entries()) {
      if (difference?.status !== "ok") throw new Error("no result");
      const shown = await shortRows
        .nth(index)
        .locator(".metric-number .exact .live-text")
        .nth(1)
        .textContent();
      expectShown(shown ?? "", difference.estimate, 100);
    }
    await page.getByText("Every event has the property.").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it.each(["light", "dark"] as const)(
    "says what strata and covariates explain, in %s colors",
    async (colorScheme) => {
      const page = await stack.open("/experiments/by-task", { colorScheme, viewport: PHONE });
      const card = page.getByRole("article", { name: "Task success" });
      await card.locator("summary").filter({ hasText: "Statistics" }).click();
      await card.getByText("Variance reduction", { exact: true }).waitFor();
      const note = card.locator(".statistics-note").filter({ hasText: "Data from before" });
      await note
        .getByText(/900 units have attributes or a covariate; strata: 3, slope of promptLength/)
        .waitFor();
      await note.getByText(/which is worth \d+% more units/).waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0);
    },
  );

  it("prints the segments of all attributes and properties that the experiment keeps, once they are asked for", async () => {
    const page = await stack.open("/experiments/by-task/print");
    await page.getByRole("button", { name: "Include segments" }).click();
    for (const [name, values] of [
      ["By tier", ["free", "paid"]],
      ["By task", ["code", "math", "writing"]],
    ] as const) {
      const section = page
        .locator("section")
        .filter({ has: page.getByRole("heading", { name }) })
        .last();
      for (const value of values) await section.getByRole("row").filter({ hasText: value }).first().waitFor();
    }
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("adds a secondary metric to the running experiment, and marks it", async () => {
    const page = await stack.open("/experiments/by-task?tab=setup");
    await page.getByRole("button", { name: "Add a metric…" }).click();
    await page.getByRole("button", { name: "Add the metric" }).click();
    await page.getByText("Choose a metric.", { exact: true }).waitFor();
    await page.getByRole("radio", { name: /User satisfaction/ }).check();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Add the metric" }).click();
    await page.getByText("Metric added: user_satisfaction").waitFor();
    const roles = page.getByRole("region", { name: "Metrics and their roles" });
    await roles
      .getByRole("row")
      .filter({ hasText: "User satisfaction" })
      .getByText(/exploratory/)
      .waitFor();
    await page.goto(`${stack.server.dashboard}/experiments/by-task?view=cards`);
    await page
      .getByRole("article", { name: "User satisfaction" })
      .getByText(/while running: exploratory/)
      .waitFor();
  });

  it("breaks the results down by an attribute of units", async () => {
    const page = await stack.open("/experiments/by-task?tab=segments");
    await page.getByRole("button", { name: "tier", exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("attribute")).toBe("tier");
    const rows = page.locator(".segment-table tbody tr");
    await rows.filter({ hasText: "paid" }).first().waitFor();
    await page.getByText("Every unit has the attribute.").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("refuses a property name that is too long and says when no event carries one", async () => {
    const page = await stack.open("/experiments/answer-length?tab=segments");
    await page.getByLabel("Event property").fill("x".repeat(65));
    await page.getByText("A property's name has at most 64 characters.").waitFor();
    await page.getByLabel("Event property").fill("country");
    await page.keyboard.press("Enter");
    await page.getByText(/No event has the property/).waitFor();
    await page
      .getByText("1,800 events without the property are in the overall result but in no segment.")
      .waitFor();
  });

  it("says why nothing is known of another experiment on other units", async () => {
    stack.expectErrors(/409/);
    const page = await stack.open("/experiments/answer-length?tab=segments");
    await page.getByText("Interactions with another experiment").click();
    await page.getByRole("combobox", { name: "Other experiment" }).fill("no such");
    await page.getByText("No matches.").waitFor();
    await page.getByRole("combobox", { name: "Other experiment" }).fill("wide");
    await page.getByRole("option", { name: /wide/ }).click();
    await page.getByText("No matches.").waitFor({ state: "hidden" });
    await page
      .getByText("Not available yet. Every pair of variants needs 30 units that are in both.")
      .waitFor();
  });

  it("fills a list that was opened before its choices had come", async () => {
    stack.expectErrors(/409/);
    const page = await stack.page();
    const choices = Promise.withResolvers<void>();
    await page.route("**/v1/experiments", async (route) => {
      await choices.promise;
      await route.continue();
    });
    await page.goto(`${stack.server.dashboard}/experiments/answer-length?tab=segments#key=${ADMIN_KEY}`);
    await page.getByText("Interactions with another experiment").click();
    await page.getByRole("combobox", { name: "Other experiment" }).fill("wide");
    await page.getByText("Loading experiments…").waitFor();
    choices.resolve();
    await page.getByRole("option", { name: /wide/ }).click();
    await page.getByText("Not available yet.").waitFor();
  });

  it.each(["answer-length", "wide", "answer-length?tab=segments&property=language"])(
    "needs no horizontal scrolling at 390 px on %s",
    async (path) => {
      const page = await stack.open(`/experiments/${path}`, { viewport: PHONE });
      await page.locator("svg.interval-mark").first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    },
  );
});
