import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import { experimentInputSchema } from "#model/experiment/experiment.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { type ArmName, REPEATED_VALUES, SHARED_BUCKETS } from "#test/support/repeated-values.ts";

const VARIANTS: ArmName[] = ["control", "treatment"];

function analysisOf(quantile: number, values: Record<ArmName, readonly number[]>, valuesPerUnit = 1) {
  const common = { name: "Rating", direction: "increase" };
  const metricDefinitions = [
    { ...common, key: "rating", type: "mean", distribution: true },
    { ...common, key: "rating_quantile", type: "quantile", quantile, source: "rating" },
  ].map((definition) => metricDefinitionSchema.parse(definition));
  const spec = completeSpec(
    experimentInputSchema.parse({
      key: "ratings",
      kind: "model",
      config: "answer",
      variants: VARIANTS.map((key, index) => ({ key, version: index + 1, weight: 0.5 })),
      metrics: [
        { metric: "rating", role: "primary" },
        { metric: "rating_quantile", role: "guardrail", margin: { kind: "absolute", value: 0.5 } },
      ],
      maximumUnits: 4_000,
    }),
    "control",
  );
  const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
  for (const variant of VARIANTS) {
    const units = new Map<number, UnitState>();
    for (const [index, rating] of values[variant].entries()) {
      const unit = Math.floor(index / valuesPerUnit);
      const entry = {
        kind: "outcome",
        id: "",
        unit: `${variant}-${unit}`,
        variant: variant,
        at: 1,
        receivedAt: 1,
        metrics: { rating },
      } as const;
      units.set(unit, ledger.apply(units.get(unit), entry));
    }
  }
  const analysis = analyze({ spec, metricDefinitions, totals: ledger.totalsIn(0), now: 1 });
  const [mean, ofQuantile] = analysis.metrics;
  if (!mean || !ofQuantile) throw new Error("both metrics are analyzed");
  const [comparison] = ofQuantile.comparisons;
  if (!comparison) throw new Error("the arms are compared");
  return {
    estimates: ofQuantile.variants.map(({ estimate }) => estimate),
    difference: comparison.difference,
    relative: comparison.relative,
    mean,
    guardrails: judgeGuardrails(spec, analysis),
  };
}

function comparedOf(...parameters: Parameters<typeof analysisOf>) {
  const { difference, ...rest } = analysisOf(...parameters);
  if (difference.status !== "ok") throw new Error(`no difference: ${difference.reason}`);
  return { ...rest, difference };
}

function holds({ lower, upper }: { lower: number | null; upper: number | null }, value: number): boolean {
  return (lower ?? Number.NEGATIVE_INFINITY) <= value && value <= (upper ?? Number.POSITIVE_INFINITY);
}

describe("a quantile of values that repeat", () => {
  it.each(REPEATED_VALUES)("is a value that occurs: $name", ({ quantile, values, expected }) => {
    const { estimates, difference } = comparedOf(quantile, values);
    expect(estimates).toEqual([expected.control, expected.treatment]);
    const truth = expected.treatment - expected.control;
    expect(difference.estimate).toBe(truth);
    for (const interval of [difference.interval, difference.alwaysValid.interval]) {
      expect(holds(interval, truth)).toBe(true);
    }
  });

  it.each(SHARED_BUCKETS)(
    "lies in its interval where values share a bucket: $name",
    ({ quantile, values, expected }) => {
      const { estimates, difference } = comparedOf(quantile, values);
      expect(Math.abs((estimates[0] ?? 0) / expected.control - 1)).toBeLessThan(0.0203);
      const truth = expected.treatment - expected.control;
      expect(holds(difference.interval, truth)).toBe(true);
      expect(holds(difference.alwaysValid.interval, truth)).toBe(true);
    },
  );

  it("is the same in the medians of a metric whose distribution is kept", () => {
    const [ratings] = REPEATED_VALUES;
    if (!ratings) throw new Error("there are cases");
    const { mean } = comparedOf(0.9, ratings.values);
    const medians = mean.distribution?.map(
      ({ quantiles }) => quantiles.find(({ quantile }) => quantile === 0.5)?.value,
    );
    expect(medians).toEqual([3, 4]);
    expect(mean.comparisons[0]?.median).toMatchObject({ status: "ok", estimate: 1 });
  });

  it("counts units, not values, where a unit's values are alike", () => {
    const halves = (first: number, count: number) =>
      Array.from({ length: 400 }, (_, index) => (Math.floor(index / 10) < count ? first : first + 1));
    // 19 of 40 units at 3, each ten times: 190 of 400 independent values would be no tie at all.
    const { difference } = comparedOf(0.5, { control: halves(3, 19), treatment: halves(3, 21) }, 10);
    expect(difference).toMatchObject({ estimate: -1, interval: { lower: -1, upper: 1 } });
    expect(difference.pValue).toBeGreaterThan(0.3);
  });

  it("may be one value off in both arms at once, and the interval says so", () => {
    const nearly = (below: number) => Array.from({ length: 1_000 }, (_, index) => (index < below ? 3 : 4));
    const { difference } = comparedOf(0.5, { control: nearly(505), treatment: nearly(495) });
    expect(difference).toMatchObject({ estimate: 1, interval: { lower: -1, upper: 1 } });
  });

  it("is compared between two arms of one value each by what could have been missed", () => {
    const constant = (value: number, units: number) => Array<number>(units).fill(value);
    const compare = (first: number, second: number, units = 100) =>
      analysisOf(0.5, { control: constant(first, units), treatment: constant(second, units) });
    const different = compare(1, 2);
    expect(different.estimates).toEqual([1, 2]);
    const oneApart = { status: "ok", estimate: 1, interval: { lower: 1, upper: 1 } };
    expect(different.difference).toMatchObject(oneApart);
    expect(different.mean.comparisons[0]?.median).toMatchObject(oneApart);
    const few = compare(1, 2, 5).difference;
    expect(few.status === "ok" && few.alwaysValid.pValue > 0.05).toBe(true);
    const equal = compare(2, 2);
    expect(equal.difference).toMatchObject({ status: "ok", estimate: 0, alwaysValid: { pValue: 1 } });
    expect(equal.guardrails).toMatchObject([{ verdict: "safe" }]);
  });

  it("lets a guardrail be judged where both medians lie deep inside a repeated value", () => {
    const [ratings] = REPEATED_VALUES;
    if (!ratings) throw new Error("there are cases");
    const { control, treatment } = ratings.values;
    expect(analysisOf(0.5, { control, treatment: control }).guardrails).toMatchObject([{ verdict: "safe" }]);
    expect(analysisOf(0.5, { control: treatment, treatment: control }).guardrails).toMatchObject([
      { verdict: "harmed" },
    ]);
  });

  it("has intervals that exclude 0 exactly when the p-values say so, relative ones too", () => {
    const rating = fc.integer({ min: 1, max: 5 });
    const ratings = fc.array(rating, { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(ratings, ratings, fc.constantFrom(0.25, 0.5, 0.75), (control, treatment, quantile) => {
        const { difference, relative } = analysisOf(quantile, { control, treatment });
        if (difference.status !== "ok" || relative.status !== "ok") return;
        const excludes = (interval: Parameters<typeof holds>[0]) => !holds(interval, 0);
        expect(excludes(difference.interval)).toBe(difference.pValue < 0.05);
        expect(excludes(difference.alwaysValid.interval)).toBe(difference.alwaysValid.pValue < 0.05);
        if (relative.interval) expect(excludes(relative.interval)).toBe(excludes(difference.interval));
        expect(holds(difference.interval, difference.estimate)).toBe(true);
      }),
    );
  });
});
