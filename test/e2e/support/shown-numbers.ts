/// <reference lib="dom" />
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";

/** Reads the first number of a text, the typographic minus and thousands included. */
export function numberIn(text: string): number {
  const [found] = /[+−-]?\$?\d[\d,]*(\.\d+)?(e[+−-]?\d+)?/.exec(text) ?? [];
  if (found === undefined) throw new Error(`no number in "${text}"`);
  return Number(found.replaceAll("−", "-").replace(/[$,+]/g, ""));
}

/** Half a unit of the last digit that a shown number has. */
function halfDigit(text: string): number {
  const [, decimals = ""] = /\d(?:\.(\d+))?(?!.*\d)/.exec(text.replace(/,/g, "")) ?? [];
  return 0.5 * 10 ** -decimals.length * (1 + 1e-9);
}

/** The card of one metric on the results tab. */
export const cardOf = (page: Page, { definition }: MetricAnalysis) =>
  page.getByRole("article", { name: definition.name, exact: true });

/** What every row of a card's table says, as the page says it. */
function readRows(card: Locator) {
  return card.locator(".metric-table tbody tr:not(.metric-axis-row)").evaluateAll((rows) =>
    rows.map((row) => {
      const text = (selector: string) => row.querySelector(selector)?.textContent?.trim() ?? "";
      return {
        variant: text(".metric-variant"),
        units: text("th .live-text"),
        value: text("td:nth-of-type(1) .live-text"),
        difference: text("td:nth-of-type(2) > .exact .live-text"),
        relative: text("td:nth-of-type(2) .metric-sub .live-text"),
        chance: text("td:nth-of-type(4) .live-text"),
        plot: row.querySelector("svg.interval-mark[role=img]")?.getAttribute("aria-label") ?? "",
      };
    }),
  );
}

export function expectShown(shown: string, actual: number, factor: number): void {
  expect(Math.abs(numberIn(shown) - actual * factor), `${shown} for ${actual}`).toBeLessThanOrEqual(
    halfDigit(shown),
  );
}

/** Decision rule about a difference: of a guardrail its own bounds, shifted to the axis of the difference. */
function decidingInterval(
  metric: MetricAnalysis,
  variant: string,
  alwaysValid: Interval,
  guardrails: readonly GuardrailResult[],
): Interval {
  const judged = guardrails.find((result) => result.metric === metric.metric && result.variant === variant);
  if (!judged) return alwaysValid;
  const { excess, tolerated } = judged;
  if (excess.lower === null || excess.upper === null || tolerated === null)
    return { lower: null, upper: null };
  const [lower, upper] = [excess.lower + tolerated, excess.upper + tolerated];
  return metric.definition.direction === "decrease" ? { lower, upper } : { lower: -upper, upper: -lower };
}

/** Compares a metric's card with what the API says of it, every variant and every number in view. */
export async function expectCardTold(
  page: Page,
  metric: MetricAnalysis,
  guardrails: readonly GuardrailResult[],
): Promise<void> {
  const factor = metric.definition.type === "proportion" ? 100 : 1;
  const shown = async () => (await readRows(cardOf(page, metric))).map(({ variant }) => variant).toSorted();
  await expect.poll(shown).toEqual(metric.variants.map(({ variant }) => variant).toSorted());
  const rows = await readRows(cardOf(page, metric));
  for (const row of rows) {
    const arm = metric.variants.find(({ variant }) => variant === row.variant);
    expect(numberIn(row.units)).toBe(arm?.units);
    if (arm?.estimate === null || arm?.estimate === undefined) expect(row.value).toBe("—");
    else expectShown(row.value, arm.estimate, factor);
    const comparison = metric.comparisons.find(({ variant }) => variant === row.variant);
    if (comparison?.difference.status !== "ok") {
      expect(row.difference + row.plot).toBe("");
      continue;
    }
    const { difference, relative, bayesian } = comparison;
    expectShown(row.difference, difference.estimate, factor);
    if (relative.status === "ok") expectShown(row.relative, relative.estimate, 100);
    if (bayesian.status === "ok" && !/[<>]/.test(row.chance))
      expectShown(row.chance, bayesian.chanceToWin, 100);
    const [, always = "", fixed = ""] = row.plot.split("; ");
    for (const [words, ends] of [
      [
        always.replace(/^.*(valid|horizon) /, ""),
        decidingInterval(metric, row.variant, difference.alwaysValid.interval, guardrails),
      ],
      [fixed.replace(/^.*(valid|horizon) /, ""), difference.interval],
    ] as const) {
      const [lower = "", upper = ""] = words.split(" to ");
      expectShown(lower, ends.lower ?? Number.NaN, factor);
      expectShown(upper, ends.upper ?? Number.NaN, factor);
    }
  }
}
