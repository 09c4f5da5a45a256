/// <reference lib="dom" />
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Comparison, MetricAnalysis } from "../../../src/model/analysis.ts";
import { type ExperimentResults, experimentResults } from "../../../src/model/decision.ts";
import { metricDefinition } from "../../../src/model/metric.ts";
import { segmentResults } from "../../../src/model/segments.ts";
import { series } from "../../../src/model/series.ts";
import { createConfig } from "../support/create-config.ts";
import { accessibilityViolations, DashboardStack, PHONE } from "../support/dashboard-stack.ts";
import { markedNumbers, watchMarkedNumbers } from "../support/dashboard-vitals.ts";
import { createExperiment, startExperiment } from "../support/experiment-setup.ts";
import { logOutcomes } from "../support/log-outcomes.ts";
import { bell, randomNumbers } from "../support/random-numbers.ts";
import { ADMIN_KEY } from "../support/server.ts";
import { untilItWorks } from "../support/server-patience.ts";
import { cardOf, expectCardTold, expectShown, numberIn } from "../support/shown-numbers.ts";

const VARIANTS = ["detailed", "short", "bullets"] as const;
const WIDE_VARIANTS = Array.from({ length: 10 }, (_, index) =>
  index === 0 ? "control" : `variant-${index}`,
);
const WIDE_UNITS = 60;
const WIDE_METRICS = Array.from({ length: 20 }, (_, index) => `measure_${index + 1}`);
const PATIENCE_MILLISECONDS = 20_000;

const unitsOfEach = (variants: readonly string[], units: number) =>
  Object.fromEntries(variants.map((variant) => [variant, units]));

/** Every number of a text in its exact form. */
function numbersIn(text: string): number[] {
  const found = text.match(/[−-]?(\d+(\.\d+)?(e[+−-]?\d+)?|∞)/g) ?? [];
  return found.map((part) => Number(part.replaceAll("−", "-").replace("∞", "Infinity")));
}

describe("the results of an experiment", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
    const { admin } = stack.server;
    await createConfig(admin, "support-answer", VARIANTS.length);
    await createExperiment(admin, {
      key: "answer-length",
      kind: "prompt",
      name: "Do shorter answers solve as many tickets?",
      config: "support-answer",
      variants: VARIANTS,
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "hallucination", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
        { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
        { metric: "cost_usd", role: "secondary" },
        { metric: "refusal", role: "secondary" },
      ],
      minimumUnits: 100_000,
      analysisIntervalSeconds: 60,
    });
    await startExperiment(admin, "answer-length");
    await logAnswers("first", 600);

    await createConfig(admin, "wide", WIDE_VARIANTS.length);
    for (const [index, key] of WIDE_METRICS.entries()) {
      const type = index % 4 === 0 ? "proportion" : "mean";
      const direction = index % 2 === 0 ? "increase" : "decrease";
      const definition = { key, name: `Measure ${index + 1}`, type, direction };
      await admin.post("/v1/metrics", definition, metricDefinition);
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
    await logOutcomes(admin, "wide", unitsOfEach(WIDE_VARIANTS, WIDE_UNITS), (variant) => {
      const lift = WIDE_VARIANTS.indexOf(variant);
      const value = (index: number) =>
        index % 4 === 0 ? Number(random() < 0.3 + 0.04 * lift) : 100 + lift + 10 * bell(random);
      return { metrics: Object.fromEntries(WIDE_METRICS.map((metric, index) => [metric, value(index)])) };
    });
    stack.server.runSchedule();
    await untilItWorks(async () => {
      const { points } = await admin.get("/v1/experiments/answer-length/series", series);
      expect(points[0]?.units).toBe(600 * VARIANTS.length);
    }, PATIENCE_MILLISECONDS);
  }, 150_000);

  afterAll(() => stack.stop());

  afterEach(async () => {
    const errors = [...stack.consoleErrors];
    await stack.closePages();
    expect(errors).toEqual([]);
  });

  /** In a third of all answers, those in German, the short ones do worse though they do better overall. */
  async function logAnswers(label: string, units: number): Promise<void> {
    const speed: Record<string, number> = { detailed: 1_800, short: 1_150, bullets: 1_700 };
    const random = randomNumbers(label.length + units);
    const outcome = (variant: string, index: number) => {
      const isGerman = index % 3 === 0;
      const success = variant === "short" ? (isGerman ? 0.2 : 0.95) : 0.5;
      return {
        metrics: {
          task_success: Number(random() < success),
          hallucination: Number(random() < 0.03),
          latency_ms: Math.round((speed[variant] ?? 0) * Math.exp(0.4 * bell(random))),
          cost_usd: 0.002 * Math.exp(0.3 * bell(random)),
        },
        properties: { language: isGerman ? "de" : index % 3 === 1 ? "en" : "fr" },
      };
    };
    await logOutcomes(stack.server.admin, "answer-length", unitsOfEach(VARIANTS, units), outcome, label);
  }

  const resultsOf = (key: string): Promise<ExperimentResults> =>
    stack.server.admin.get(`/v1/experiments/${key}/results`, experimentResults);

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
    const { analysis } = await resultsOf("answer-length");
    const page = await stack.open("/experiments/answer-length");
    await page.getByRole("article").nth(4).waitFor();
    for (const metric of analysis.metrics) {
      await expectCardTold(page, metric);
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
    const { analysis } = await resultsOf("answer-length");
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
      expect(await exactOf("p-value, all looks so far", column)).toEqual([running.pValue]);
      expect(await exactOf("Interval, all looks so far", column)).toEqual(both(running.interval));
      expect(await exactOf("p-value, always valid, corrected", column)).toEqual([
        corrected?.alwaysValid.pValue,
      ]);
      expect(await exactOf("Interval, one look, corrected", column)).toEqual(both(corrected?.interval));
      expect(await exactOf("95% interval, one look", column)).toEqual(both(difference.interval));
      expect(await exactOf("p-value, one look Too", column)).toEqual([difference.pValue]);
      expect(await exactOf("Chance to win", column)).toEqual([bayesian.chanceToWin]);
      expect(await exactOf("Expected loss", column)).toEqual([bayesian.expectedLoss]);
    }
    await table.getByText("Not protected against repeated looks; it never decides.").first().waitFor();
    await card.getByText("All variants at once: Pearson's chi-square").waitFor();
  }, 60_000);

  it("says in words why a metric has no numbers", async () => {
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Refusals" });
    await card.getByText("Too few units yet").first().waitFor();
    expect(await card.locator("svg.interval-mark[role=img]").count()).toBe(0);
  });

  it("marks the tolerated harm of guardrails on the harmful side", async () => {
    const { guardrails } = await resultsOf("answer-length");
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Latency", exact: true });
    await card.getByText("Tolerates up to +20% of control").waitFor();
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
    const { analysis } = await resultsOf("answer-length");
    const latency = analysis.metrics.find(({ metric }) => metric === "latency_ms");
    const page = await stack.open("/experiments/answer-length");
    const card = page.getByRole("article", { name: "Latency", exact: true });
    await card.getByText("Distribution", { exact: true }).click();
    await expect.poll(() => card.locator("svg.quantile-strip").count()).toBe(VARIANTS.length);
    await card.getByText(/^The median of short lies −[\d,.]+ ms from control's/).waitFor();
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

  it("shows the real look over time, with a table beside the picture", async () => {
    const page = await stack.open("/experiments/answer-length?metric=latency_ms&treatment=short");
    await page.getByRole("img", { name: /^Latency over time/ }).waitFor();
    await page.getByText(/The band lies wholly on the better side of zero: short is better/).waitFor();
    await page.getByText(/It stays clear of the margin/).waitFor();
    await page.getByText("Show as a table").click();
    const rows = page.getByRole("region", { name: "Every look, the newest first" }).locator("tbody tr");
    const shown = rows.first().locator("td").first();
    // Every minute the schedule looks once more: the page follows a moment later.
    await untilItWorks(async () => {
      const { points } = await stack.server.admin.get(
        "/v1/experiments/answer-length/series?metric=latency_ms",
        series,
      );
      expect(await rows.count()).toBe(points.length);
      const estimate = points.at(-1)?.comparisons.find(({ variant }) => variant === "short")?.estimate;
      expect(numberIn((await shown.getAttribute("title")) ?? "")).toBe(estimate);
    }, PATIENCE_MILLISECONDS);
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
        crossedOverUnits: 0,
        observed: [],
        sampleRatioPValue: 1,
        comparisons: [comparison],
      };
    });
    const page = await stack.newPage();
    await page.route("**/series?**", (route) =>
      route.fulfill({ json: { experiment: "answer-length", metric: "task_success", points } }),
    );
    await page.goto(`${stack.server.dashboard}/experiments/answer-length#key=${ADMIN_KEY}`);
    // The inner band leaves zero out from the 9th look on, the always-valid one from the 25th.
    await page.getByText(/At 16 looks the inner band alone left out zero/).waitFor();
    await page.getByText(/first seen at look 25 of 40/).waitFor();
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
    await sent.getByRole("region", { name: "Close up: Measure 7" }).waitFor();
  });

  it("stays true and quick with 10 variants and 20 metrics", async () => {
    const { analysis } = await resultsOf("wide");
    const page = await stack.open("/experiments/wide?view=cards");
    await page.getByRole("article").nth(19).waitFor();
    for (const metric of analysis.metrics) await expectCardTold(page, metric);
    const effort = await page.evaluate(async () => {
      const start = performance.now();
      document.querySelector<HTMLInputElement>('input[value="table"]')?.click();
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    });
    await page.getByRole("region", { name: "Secondary metrics as a table" }).waitFor();
    expect(effort).toBeLessThan(3_000);
  });

  it("breaks the results down, names what reverses, and says that it is exploratory", async () => {
    const page = await stack.open("/experiments/answer-length?tab=segments");
    await page.getByRole("button", { name: "language", exact: true }).click();
    const told = await stack.server.admin.get(
      "/v1/experiments/answer-length/segments?property=language",
      segmentResults,
    );
    await page.getByText("Exploratory", { exact: true }).waitFor();
    await page.getByText(/shared among 6 comparisons \(3 segments × 2 treatments\)/).waitFor();
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
    await page.getByText("Every event carries the property.").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("refuses a property name that is too long and says when no event carries one", async () => {
    const page = await stack.open("/experiments/answer-length?tab=segments");
    await page.getByLabel("Event property").fill("x".repeat(65));
    await page.getByText("A property's name has at most 64 characters.").waitFor();
    await page.getByLabel("Event property").fill("country");
    await page.keyboard.press("Enter");
    await page.getByText(/No event carries the property/).waitFor();
    await page.getByText("1,800 events without the property are in the whole but in no segment.").waitFor();
  });

  it("says why nothing is known of another experiment on other units", async () => {
    stack.expectErrors(/409/);
    const page = await stack.open("/experiments/answer-length?tab=segments");
    await page.getByText("Interactions with another experiment").click();
    await page.getByRole("combobox", { name: "Other experiment" }).fill("wide");
    await page.getByRole("option", { name: /wide/ }).click();
    await page
      .getByText("This cannot be said yet. Every pair of variants needs 30 units that are in both.")
      .waitFor();
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

  it.each(["answer-length", "wide", "answer-length?tab=segments&property=language"])(
    "needs no horizontal scrolling at 390 px on %s",
    async (path) => {
      const page = await stack.open(`/experiments/${path}`, { viewport: PHONE });
      await page.locator("svg.interval-mark").first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    },
  );

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
    await logAnswers("second", 300);
    await card.getByText("900 units").first().waitFor();
    await expect.poll(() => markedNumbers(page)).toContain("900 units");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-kept"))).toBe("yes");
    await expect.poll(() => page.getByRole("tooltip").textContent()).not.toBe(before);
    expect(await statistics.isVisible()).toBe(true);
    const refusals = page.getByRole("article", { name: "Refusals" });
    expect(await refusals.locator("[data-changed]").count()).toBe(0);
  });
});
