/// <reference lib="dom" />
import type { Locator, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { getResults } from "#contract/results.ts";
import { getSeries } from "#contract/series.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { logAnswers, prepareAnswerLength, VARIANTS } from "#test/e2e/support/answer-length.ts";
import { DashboardStack } from "#test/e2e/support/dashboard-stack.ts";
import { markedNumbers, watchMarkedNumbers } from "#test/e2e/support/dashboard-vitals.ts";
import { untilLooks } from "#test/e2e/support/experiment-setup.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";
import { cardOf, expectCardTold, expectShown, numberIn } from "#test/e2e/support/shown-numbers.ts";

/** Every number of a text in its exact form. */
function numbersIn(text: string): number[] {
  const found = text.match(/[−-]?(\d+(\.\d+)?(e[+−-]?\d+)?|∞)/g) ?? [];
  return found.map((part) => Number(part.replaceAll("−", "-").replace("∞", "Infinity")));
}

describe("the results of an experiment", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
    await prepareAnswerLength(stack.server);
  });

  afterEach(async () => {
    const errors = [...stack.consoleErrors];
    await stack.closePages();
    expect(errors).toEqual([]);
  });

  const resultsOf = (): Promise<ExperimentResults> =>
    stack.server.admin.call(getResults, { params: { key: "answer-length" } });

  async function tooltipOf(page: Page, number: Locator): Promise<string> {
    await number.focus();
    const tooltip = page.getByRole("tooltip");
    await tooltip.waitFor();
    const text = (await tooltip.locator(".tooltip-exact").textContent()) ?? "";
    await number.blur();
    await tooltip.waitFor({ state: "detached" });
    return text;
  }

  it("shows no number that differs from the results API, for every metric and variant", async () => {
    const { analysis, guardrails } = await resultsOf();
    const page = await stack.open("/experiments/answer-length");
    await page.getByRole("article").nth(4).waitFor();
    for (const metric of analysis.metrics) {
      await expectCardTold(page, metric, guardrails);
      const card = cardOf(page, metric);
      for (const { variant, difference, relative } of metric.comparisons) {
        if (difference.status !== "ok") continue;
        const row = card.getByRole("row").filter({ has: page.getByText(variant, { exact: true }) });
        const numbers = row.locator(".exact");
        const arm = metric.variants.find((candidate) => candidate.variant === variant);
        expect(numbersIn(await tooltipOf(page, numbers.nth(0)))).toEqual([arm?.estimate, arm?.standardError]);
        const { estimate, interval, alwaysValid, pValue } = difference;
        const [first = "", second = "", third = ""] = (await tooltipOf(page, numbers.nth(1))).split("\n");
        expect(numbersIn(first)).toEqual([estimate]);
        expect(numbersIn(second).slice(1)).toEqual([
          alwaysValid.interval.lower,
          alwaysValid.interval.upper,
          alwaysValid.pValue,
        ]);
        expect(numbersIn(third).slice(1)).toEqual([interval.lower, interval.upper, pValue]);
        if (relative.status !== "ok") continue;
        const [share = "", always = "", fixed = ""] = (await tooltipOf(page, numbers.nth(2))).split("\n");
        expect(numbersIn(share)).toEqual([relative.estimate]);
        const { alwaysValidInterval, interval: relativeInterval } = relative;
        if (alwaysValidInterval)
          expect(numbersIn(always).slice(1)).toEqual([alwaysValidInterval.lower, alwaysValidInterval.upper]);
        if (relativeInterval)
          expect(numbersIn(fixed).slice(1)).toEqual([relativeInterval.lower, relativeInterval.upper]);
      }
    }
  }, 60_000);

  it("explains every number of the statistics, with all its digits on focus", async () => {
    const { analysis } = await resultsOf();
    const [primary] = analysis.metrics;
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Task success" });
    await card.locator("summary").filter({ hasText: "Statistics" }).focus();
    await page.keyboard.press("Enter");
    const table = card.getByRole("region", { name: "Statistics of Task success" });
    await table.waitFor();
    const exactOf = async (name: string, column: number) =>
      numbersIn(
        await tooltipOf(
          page,
          table
            .getByRole("row")
            .filter({ has: page.getByRole("rowheader", { name }) })
            .first()
            .locator("td")
            .nth(column)
            .locator(".exact"),
        ),
      );
    const both = (ends: { lower: number | null; upper: number | null } | null | undefined) => [
      ends?.lower,
      ends?.upper,
    ];
    for (const [column, { difference, bayesian }] of (primary?.comparisons ?? []).entries()) {
      if (difference.status !== "ok" || bayesian.status !== "ok") throw new Error("no result");
      const { running, corrected, alwaysValid } = difference;
      expect(await exactOf("Standard error", column)).toEqual([difference.standardError]);
      expect(await exactOf("95% interval, always valid", column)).toEqual(both(alwaysValid.interval));
      expect(await exactOf("p-value, always valid How", column)).toEqual([alwaysValid.pValue]);
      expect(await exactOf("p-value, all analyses", column)).toEqual([running.pValue]);
      expect(await exactOf("Interval, all analyses", column)).toEqual(both(running.interval));
      expect(await exactOf("p-value, always valid, corrected", column)).toEqual([
        corrected?.alwaysValid.pValue,
      ]);
      expect(await exactOf("Interval, fixed horizon, corrected", column)).toEqual(both(corrected?.interval));
      expect(await exactOf("95% interval, fixed horizon", column)).toEqual(both(difference.interval));
      expect(await exactOf("p-value, fixed horizon Too", column)).toEqual([difference.pValue]);
      expect(await exactOf("Chance to win", column)).toEqual([bayesian.chanceToWin]);
      expect(await exactOf("Expected loss", column)).toEqual([bayesian.expectedLoss]);
    }
    await table.getByText("Not corrected for repeated analyses, so not used in decisions.").first().waitFor();
    await card.getByText("All variants at once: Pearson's chi-square").waitFor();
  }, 60_000);

  it("says in words why a metric has no numbers", async () => {
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Refusals" });
    await card.getByText("Too few units yet").first().waitFor();
    expect(await card.locator("svg.interval-mark[role=img]").count()).toBe(0);
  });

  it("marks the tolerated harm of guardrails on the harmful side", async () => {
    const { guardrails } = await resultsOf();
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Latency", exact: true });
    await card.getByText("Tolerance +20% of control").waitFor();
    const place = (selector: string, attribute: string) =>
      card
        .locator(selector)
        .first()
        .getAttribute(attribute)
        .then((length) => Number.parseFloat(length ?? ""));
    const zero = await place(".interval-zero", "x1");
    expect(await place(".interval-margin", "x1")).toBeGreaterThan(zero);
    expect(await place(".interval-harm", "x")).toBe(await place(".interval-margin", "x1"));
    const safe = guardrails.filter(({ metric, verdict }) => metric === "latency_ms" && verdict === "safe");
    await expect.poll(() => card.getByText("Safe", { exact: true }).count()).toBe(safe.length);
  });

  it("compares distributions and medians", async () => {
    const { analysis } = await resultsOf();
    const latency = analysis.metrics.find(({ metric }) => metric === "latency_ms");
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Latency", exact: true });
    await card.getByText("Distribution", { exact: true }).click();
    await expect.poll(() => card.locator("svg.quantile-strip").count()).toBe(VARIANTS.length);
    await card.getByText(/^The median of short is −[\d,.]+ ms vs\. control's/).waitFor();
    const table = card.getByRole("region", { name: "Quantiles of Latency" });
    for (const { variant, quantiles } of latency?.distribution ?? []) {
      const cells = table.getByRole("row").filter({ hasText: variant }).locator("td");
      await expect.poll(() => cells.count()).toBe(quantiles.length);
      const words = await cells.allInnerTexts();
      for (const [index, { value }] of quantiles.entries()) expectShown(words[index] ?? "", value, 1);
    }
  });

  it("caps outliers on demand", async () => {
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Cost", exact: true });
    await card.getByText("Outliers capped", { exact: true }).click();
    const table = card.getByRole("region", { name: "Outliers capped, Cost" });
    await table.getByRole("row", { name: /^short \$0\.00\d+ \d+/ }).waitFor();
  });

  it("says so while there is one look, and draws no empty plane", async () => {
    const comparison = {
      variant: "short",
      estimate: 0.061,
      interval: { lower: 0.02, upper: 0.1 },
      alwaysValid: { lower: -0.1, upper: 0.2 },
    };
    const point = {
      takenAt: Date.now() - 60_000,
      units: 100,
      multipleExposureUnits: 0,
      observed: [],
      sampleRatioPValue: 1,
      comparisons: [comparison],
    };
    const page = await stack.page();
    await page.route("**/series?**", (route) =>
      route.fulfill({ json: { experiment: "answer-length", metric: "task_success", points: [point] } }),
    );
    await page.goto(`${stack.server.dashboard}/experiments/answer-length#key=${ADMIN_KEY}`);
    await page.getByText(/^One analysis so far, at .*The chart starts with the second\.$/).waitFor();
    expect(await page.getByRole("img", { name: /over time/ }).count()).toBe(0);
  });

  it("says what peeking would have done", async () => {
    const points = Array.from({ length: 40 }, (_, index) => {
      const width = 0.3 / Math.sqrt(index + 1);
      const ends = (half: number) => ({ lower: 0.061 - half, upper: 0.061 + half });
      const comparison = {
        variant: "short",
        estimate: 0.061,
        interval: ends(width * 0.6),
        alwaysValid: ends(width),
      };
      return {
        takenAt: Date.now() - (40 - index) * 60_000,
        units: 100 * (index + 1),
        multipleExposureUnits: 0,
        observed: [],
        sampleRatioPValue: 1,
        comparisons: [comparison],
      };
    });
    const page = await stack.page();
    await page.route("**/series?**", (route) =>
      route.fulfill({ json: { experiment: "answer-length", metric: "task_success", points } }),
    );
    await page.goto(`${stack.server.dashboard}/experiments/answer-length#key=${ADMIN_KEY}`);
    // The inner band leaves zero out from the 9th look on, the always-valid one from the 25th.
    await page.getByText(/The fixed-horizon interval alone excluded zero 16 times/).waitFor();
    await page.getByText(/first in analysis 25 of 40/).waitFor();
  });

  it("marks the numbers that change by themselves, and moves nothing else", async () => {
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Task success" });
    await card.locator(".live-text").first().waitFor();
    await card.getByText("Statistics", { exact: true }).click();
    const statistics = card.getByRole("region", { name: "Statistics of Task success" });
    await statistics.waitFor();
    const difference = card.locator(".metric-table .exact").nth(2);
    await difference.focus();
    await page.getByRole("tooltip").waitFor();
    const before = await page.getByRole("tooltip").textContent();
    await difference.evaluate((element) => element.setAttribute("data-kept", "yes"));
    await watchMarkedNumbers(page);
    await logAnswers(stack.server.admin, "second", 300);
    await card.getByText("900 units").first().waitFor();
    await expect.poll(() => markedNumbers(page)).toContain("900 units");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-kept"))).toBe("yes");
    await expect.poll(() => page.getByRole("tooltip").textContent()).not.toBe(before);
    expect(await statistics.isVisible()).toBe(true);
    const refusals = page.getByRole("article", { name: "Refusals" });
    expect(await refusals.locator("[data-changed]").count()).toBe(0);
  });

  // With one look there is no picture. The second is due a minute after the first, which the tests above take anyway.
  describe("after a second look", () => {
    beforeAll(() => untilLooks(stack.server, "answer-length", 2));

    it("shows the real look over time, with a table beside the picture", async () => {
      const page = await stack.open("/experiments/answer-length?metric=latency_ms&treatment=short");
      await page.getByRole("img", { name: /^Latency over time/ }).waitFor();
      await page.getByText(/The interval excludes zero: short is better/).waitFor();
      await page.getByText(/Harm beyond the tolerance is ruled out/).waitFor();
      await page.getByText("Show as a table").click();
      const rows = page.getByRole("region", { name: "All analyses, newest first" }).locator("tbody tr");
      const shown = rows.first().locator("td").first();
      // Every minute the schedule looks once more: the page follows a moment later.
      await untilItWorks(async () => {
        const { points } = await stack.server.admin.call(getSeries, {
          params: { key: "answer-length" },
          query: { metric: "latency_ms" },
        });
        expect(await rows.count()).toBe(points.length);
        const estimate = points.at(-1)?.comparisons.find(({ variant }) => variant === "short")?.estimate;
        expect(numberIn((await shown.getAttribute("title")) ?? "")).toBe(estimate);
      }, PATIENCE_MILLISECONDS);
    });

    it.each(["light", "dark"] as const)("has no accessibility violations in %s mode", async (colorScheme) => {
      const page = await stack.open("/experiments/answer-length", { colorScheme });
      await page.locator("svg.interval-figure").first().waitFor();
      const card = page.getByRole("article", { name: "Latency", exact: true });
      await card.getByText("Statistics", { exact: true }).click();
      await card.getByRole("region", { name: "Statistics of Latency" }).waitFor();
      await card.getByText("Distribution", { exact: true }).click();
      await card.getByRole("region", { name: "Quantiles of Latency" }).waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.getByRole("radio", { name: "Table" }).check({ force: true });
      await page.getByRole("region", { name: "Guardrails as a table" }).waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
    });
  });
});
