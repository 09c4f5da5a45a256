import { describe, expect, it } from "vitest";
import { normalUpperQuantile, normalUpperTail } from "#analyzer/distributions/index.ts";
import { emptyMoments, emptyVariantTotals } from "#analyzer/estimates/moments.ts";
import { compareProportions } from "#analyzer/estimates/proportion-difference.ts";
import { type UnitStatistics, unitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import { toNumber } from "#analyzer/numeric/exact-sum.ts";
import { welchTest } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import {
  type Contrast,
  definitionsOf,
  recordingNames,
  TRIAL,
  totalsOf,
  truth,
} from "#test/support/recordings.ts";

const ALPHA = 0.05;

/** True when a computed number, rounded to the digits that are stated, is the stated number. */
function agrees(computed: number, stated: number, digits: number): boolean {
  return Number(computed.toPrecision(digits)) === stated;
}

function expectStated(computed: Record<string, number>, stated: Record<string, number>): void {
  const rounded = Object.fromEntries(
    Object.entries(stated).map(([name, value]) => {
      const number = computed[name] ?? Number.NaN;
      return [name, agrees(number, value, /pvalue$/i.test(name) ? 4 : 6) ? value : number];
    }),
  );
  expect(rounded).toEqual(stated);
}

function armStatistics(
  totals: ExperimentTotals,
  variant: string,
  definition: MetricDefinition,
): UnitStatistics {
  const arm = totals.variants[variant] ?? emptyVariantTotals();
  const statistics = unitStatistics(definition, arm.metrics[definition.key] ?? emptyMoments(), arm.units);
  if (!statistics) throw new Error(`${variant} has no ${definition.key}`);
  return statistics;
}

function countsOf(totals: ExperimentTotals, variant: string, key: string) {
  const { y, d } = totals.variants[variant]?.metrics[key] ?? emptyMoments();
  return { successes: toNumber(y), units: toNumber(d) };
}

function statedNumbers({ n, mean, diff, relative, se, stat, df, p, ci95 }: Contrast): Record<string, number> {
  return {
    controlUnits: n[0],
    treatmentUnits: n[1],
    control: mean[0],
    treatment: mean[1],
    difference: diff,
    ...(relative !== null && { relative }),
    standardError: se,
    statistic: stat,
    ...(df !== undefined && { degreesOfFreedom: df }),
    pValue: p,
    lower: ci95[0],
    upper: ci95[1],
  };
}

/** The engine's numbers under the names of the stated ones. */
function computedNumbers(
  totals: ExperimentTotals,
  { metric: key, control, treatment }: Contrast,
  definition: MetricDefinition,
): { numbers: Record<string, number> } | Unavailable {
  const [a, b] = [armStatistics(totals, control, definition), armStatistics(totals, treatment, definition)];
  const common = {
    controlUnits: a.units,
    treatmentUnits: b.units,
    control: a.estimate,
    treatment: b.estimate,
  };
  if (definition.type === "proportion") {
    const test = compareProportions(countsOf(totals, control, key), countsOf(totals, treatment, key), ALPHA);
    if (isUnavailable(test)) return test;
    const { difference, statistic, pValue, wald, unpooledError } = test;
    const relative = difference / a.estimate;
    return {
      numbers: { ...common, difference, relative, standardError: unpooledError, statistic, pValue, ...wald },
    };
  }
  const test = welchTest(a, b, ALPHA);
  if (isUnavailable(test)) return test;
  const { estimate: difference, standardError, degreesOfFreedom, pValue, interval } = test;
  const relative = difference / a.estimate;
  const statistic = difference / standardError;
  return {
    numbers: {
      ...common,
      difference,
      relative,
      standardError,
      statistic,
      degreesOfFreedom,
      pValue,
      ...interval,
    },
  };
}

function verdictOf({ difference = 0, pValue = 1 }: Record<string, number>): string {
  if (pValue >= ALPHA) return "no detectable difference";
  return difference > 0 ? "treatment higher" : "treatment lower";
}

function twoSided(z: number): number {
  return 2 * normalUpperTail(Math.abs(z));
}

function statedSamples(stated: NonNullable<Contrast["trial_level"]>): Record<string, number> {
  return {
    controlSamples: stated.trials[0],
    treatmentSamples: stated.trials[1],
    control: stated.rate[0],
    treatment: stated.rate[1],
    difference: stated.diff,
    standardError: stated.cluster_se,
    pValue: stated.cluster_p,
    lower: stated.cluster_ci95[0],
    upper: stated.cluster_ci95[1],
    naiveError: stated.naive_se,
    naivePValue: stated.naive_p,
    designEffect: stated.design_effect,
  };
}

function nameOf({ metric: key, control, treatment }: Contrast): string {
  return `${key}: ${control} -> ${treatment}`;
}

describe("the recordings", () => {
  it("are all compared: every file has contrasts and every contrast a file", () => {
    expect(recordingNames().sort()).toEqual(Object.keys(truth).sort());
    expect(Object.values(truth).flatMap(({ contrasts }) => contrasts)).toHaveLength(201);
  });
});

describe.each(Object.entries(truth))("%s", (dataset, { contrasts, variants }) => {
  const metricDefinitions = definitionsOf(contrasts);
  const totals = totalsOf(dataset, metricDefinitions);
  const definitionOf = (key: string) => {
    const found = metricDefinitions.find((definition) => definition.key === key);
    if (!found) throw new Error(`no definition of ${key}`);
    return found;
  };

  it.each(contrasts.map((contrast) => [nameOf(contrast), contrast] as const))("%s", (_name, contrast) => {
    const computed = computedNumbers(totals, contrast, definitionOf(contrast.metric));
    if (isUnavailable(computed)) {
      // Stated as p = 1 with the interval [0, 0]. A sample without any failure does not prove that there are none, so
      // the engine refuses where its own formulas would claim certainty.
      expect(computed).toEqual({ status: "unavailable", reason: "zero_variance" });
      expect(contrast).toMatchObject({ mean: [1, 1], diff: 0, se: 0, ci95: [0, 0], p: 1 });
      return;
    }
    expectStated(computed.numbers, statedNumbers(contrast));
    expect(verdictOf(computed.numbers)).toBe(contrast.verdict);
  });

  it.each(
    contrasts.flatMap((contrast) =>
      contrast.trial_level ? [[nameOf(contrast), contrast, contrast.trial_level] as const] : [],
    ),
  )("%s, over samples with tasks as clusters", (_name, { control, treatment }, stated) => {
    const [a, b] = [control, treatment].map((arm) => armStatistics(totals, arm, TRIAL));
    const clustered = a && b && welchTest(a, b, ALPHA);
    const naive = compareProportions(
      countsOf(totals, control, TRIAL.key),
      countsOf(totals, treatment, TRIAL.key),
      ALPHA,
    );
    if (!clustered || isUnavailable(clustered) || isUnavailable(naive)) throw new Error("refused");
    const { estimate, standardError } = clustered;
    const reach = normalUpperQuantile(ALPHA / 2) * standardError;
    expectStated(
      {
        controlSamples: a.observations,
        treatmentSamples: b.observations,
        control: a.estimate,
        treatment: b.estimate,
        difference: estimate,
        standardError,
        // Stated with the normal distribution; the engine's own interval is Student's, a little wider.
        pValue: twoSided(estimate / standardError),
        lower: estimate - reach,
        upper: estimate + reach,
        naiveError: naive.unpooledError,
        // Stated from the unpooled error, unlike the z-tests above.
        naivePValue: twoSided(estimate / naive.unpooledError),
        designEffect: (standardError / naive.unpooledError) ** 2,
      },
      statedSamples(stated),
    );
    expect(clustered.interval.lower).toBeLessThan(estimate - reach);
    expect(clustered.interval.upper).toBeGreaterThan(estimate + reach);
  });

  it("has every variant's mean and standard deviation", () => {
    for (const [variant, metrics] of Object.entries(variants)) {
      for (const [key, { n, mean, sd, k }] of Object.entries(metrics)) {
        const { units, estimate, unitVariance } = armStatistics(totals, variant, definitionOf(key));
        expectStated(
          {
            units,
            mean: estimate,
            deviation: Math.sqrt(unitVariance),
            sum: countsOf(totals, variant, key).successes,
          },
          { units: n, mean, deviation: sd, ...(k !== undefined && { sum: k }) },
        );
      }
    }
  });
});
