import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { weightedLeastSquares } from "#analyzer/numeric/least-squares.ts";
import { bucketOf, hashStateAfter } from "#assigner/hash.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { UnitAttributes } from "#model/unit/kept-attributes.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

const TASKS = ["code", "math", "writing"];
const adjustFor = { strata: { attribute: "task", values: TASKS }, covariates: ["length"] };
const score = metric({ key: "score", type: "mean", per: "unit", absent: "missing", adjustFor });
const described = spec({ metrics: [{ metric: "score", role: "primary" }] });
const variants = ["control", "treatment"];

interface Subject {
  variant: string;
  attributes?: UnitAttributes;
  before?: number;
  /** One per event. */
  values: number[];
}

function count(
  ledger: Ledger,
  { variant, attributes, before, values }: Subject,
  name: string,
  key = "score",
): UnitState {
  let unit = ledger.apply(undefined, {
    kind: "exposure",
    unit: name,
    variant,
    at: 0,
    ...(attributes && { attributes }),
    ...(before !== undefined && { covariates: { [key]: before } }),
  });
  for (const [order, value] of values.entries())
    unit = ledger.apply(unit, {
      kind: "outcome",
      id: `${order}`,
      unit: name,
      variant,
      at: 0,
      receivedAt: 0,
      metrics: { [key]: value },
    });
  return unit;
}

function totalsOf(subjects: readonly Subject[], definition: MetricDefinition = score) {
  const ledger = new Ledger([emptyTotals(variants)], [definition]);
  for (const [index, subject] of subjects.entries()) count(ledger, subject, `unit-${index}`, definition.key);
  return ledger.totalsIn(0);
}

function analyzed(subjects: readonly Subject[], definition: MetricDefinition = score) {
  const totals = totalsOf(subjects, definition);
  const [result] = analyze({ spec: described, metricDefinitions: [definition], totals, now: 0 }).metrics;
  const difference = result?.comparisons[0]?.difference;
  if (!result || difference?.status !== "ok") throw new Error("there is no comparison");
  return { result, difference };
}

/** Deterministic noise in [−0.5, 0.5). */
function noise(index: number, salt: number): number {
  return bucketOf(hashStateAfter(`salt-${salt}`), `unit-${index}`) - 0.5;
}

const HARDNESS: Record<string, number> = { code: 3, math: -4, writing: 0, other: 1 };

/** Units whose score depends on the task and on the length of the prompt. */
function subjects(units: number, effect: number, run = 0): Subject[] {
  return Array.from({ length: units }, (_, index) => {
    const at = index + run * 100_000;
    const variant = noise(at, 1) < 0 ? "control" : "treatment";
    const task = ["code", "math", "writing", "other"][Math.floor(4 * (noise(at, 2) + 0.5))] ?? "other";
    const length = 1_000 + 800 * noise(at, 3);
    const value =
      (HARDNESS[task] ?? 0) + length / 200 + 2 * noise(at, 4) + (variant === "treatment" ? effect : 0);
    return { variant, attributes: { task, length }, values: [value] };
  });
}

describe("adjusting for strata and covariates", () => {
  it("finds the effect that a regression on the raw units finds", () => {
    const units = subjects(400, 0.5);
    const { difference, result } = analyzed(units);
    const design = units.map(({ variant, attributes = {} }) => [
      1,
      variant === "treatment" ? 1 : 0,
      ...TASKS.map((task) => (attributes.task === task ? 1 : 0)),
      Number(attributes.length) - 1_000,
    ]);
    const outcomes = units.map(({ values }) => values[0] ?? 0);
    const fit = weightedLeastSquares(
      design,
      outcomes,
      outcomes.map(() => 1),
    );
    expect(difference.estimate).toBeCloseTo(fit?.coefficients[1] ?? Number.NaN, 9);
    expect(result.adjustment?.covariates?.[0]?.slope).toBeCloseTo(fit?.coefficients[5] ?? Number.NaN, 9);
    const residuals = outcomes.map(
      (value, row) =>
        value -
        (design[row] ?? []).reduce((sum, cell, column) => sum + cell * (fit?.coefficients[column] ?? 0), 0),
    );
    const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
    // The classic error, which assumes one variance for both arms; each has its own here.
    const classic = Math.sqrt((squares / (400 - 6)) * (fit?.squaredErrors[1] ?? Number.NaN));
    expect(difference.standardError / classic).toBeGreaterThan(0.97);
    expect(difference.standardError / classic).toBeLessThan(1.03);
    expect(difference.method).toBe("welch_t_adjusted");
    expect(result.adjustment?.strata).toBe(4);
  });

  it("leaves a small part of the variance where strata and covariates explain most of it", () => {
    const { result } = analyzed(subjects(400, 0));
    expect(result.adjustment?.varianceRatio).toBeLessThan(0.1);
    expect(result.adjustment?.units).toBe(400);
  });

  it("is off by as much as its errors say, over many experiments without an effect", () => {
    const deviations = Array.from({ length: 200 }, (_, run) => {
      const { difference } = analyzed(subjects(120, 0, run + 1));
      return difference.estimate / difference.standardError;
    });
    const meanSquare = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0) / deviations.length;
    // 200 squares of a normal deviate have a mean of 1 ± 0.1.
    expect(meanSquare).toBeGreaterThan(0.7);
    expect(meanSquare).toBeLessThan(1.35);
  });

  it("adjusts for nothing that the variant has something to do with, and says so", () => {
    const units = subjects(400, 0.5).map((subject) => ({
      ...subject,
      attributes: { ...subject.attributes, task: subject.variant === "control" ? "code" : "math" },
    }));
    const { result, difference } = analyzed(units);
    expect(result.adjustment).toMatchObject({ slope: null, varianceRatio: 1 });
    expect(result.adjustment?.imbalancePValue).toBeLessThan(0.001);
    expect(difference.method).toBe("welch_t");
    const { adjustFor: _none, ...plain } = score;
    expect(difference.estimate).toBe(analyzed(units, plain).difference.estimate);
  });

  it("takes the metric's own covariate along, for the units that have one", () => {
    const units = subjects(400, 0).map((subject, index) => ({
      ...subject,
      ...(index % 3 > 0 && { before: (subject.values[0] ?? 0) + noise(index, 5) }),
    }));
    const alone = analyzed(subjects(400, 0)).result.adjustment;
    const together = analyzed(units).result.adjustment;
    expect(together?.slope).toBeGreaterThan(0.2);
    expect(together?.varianceRatio).toBeLessThan(0.85 * (alone?.varianceRatio ?? 0));
  });

  it("keeps units without attributes in a stratum of their own", () => {
    const units = subjects(400, 0.5).map((subject, index) =>
      index % 4 === 0 ? { variant: subject.variant, values: subject.values } : subject,
    );
    const { result } = analyzed(units);
    expect(result.adjustment).toMatchObject({ units: 300, strata: 4 });
    expect(result.adjustment?.varianceRatio).toBeLessThan(0.6);
    expect(result.variants.reduce((sum, variant) => sum + variant.units, 0)).toBe(400);
  });

  it("counts units without an event where silence is a value, known or not", () => {
    const bought = metric({ key: "score", type: "proportion", per: "unit", absent: "failure", adjustFor });
    const units = subjects(600, 0).map((subject, index): Subject => {
      const isBought = (HARDNESS[String(subject.attributes?.task)] ?? 0) + 4 * noise(index, 6) > 0;
      return {
        variant: subject.variant,
        ...(index % 5 > 0 && subject.attributes && { attributes: subject.attributes }),
        values: isBought ? [1] : [],
      };
    });
    const spoken = units.map((subject) => ({ ...subject, values: [subject.values[0] ?? 0] }));
    const silent = analyzed(units, bought);
    const explicit = analyzed(spoken, bought);
    expect(silent.difference.estimate).toBeCloseTo(explicit.difference.estimate, 12);
    expect(silent.difference.standardError).toBeCloseTo(explicit.difference.standardError, 12);
    expect(silent.result.adjustment?.varianceRatio).toBeLessThan(0.8);
    const { adjustFor: _none, ...plain } = bought;
    const counted = analyzed(units, plain).result.comparisons[0]?.proportion;
    expect(silent.result.comparisons[0]?.proportion, "tests of counts are of what was counted").toEqual(
      counted,
    );
  });

  it("adjusts a metric per event by units", () => {
    const perEvent = metric({ key: "score", type: "mean", per: "event", adjustFor });
    const units = subjects(400, 0.5).map((subject, index) => ({
      ...subject,
      values: Array.from(
        { length: 1 + (index % 3) },
        (_, event) => (subject.values[0] ?? 0) + noise(event, 7),
      ),
    }));
    const { result, difference } = analyzed(units, perEvent);
    expect(result.adjustment?.varianceRatio).toBeLessThan(0.2);
    expect(Math.abs(difference.estimate - 0.5)).toBeLessThan(4 * difference.standardError);
  });

  it("ignores a stratum and a covariate that tell nothing", () => {
    const units = subjects(400, 0.5).map((subject) => ({
      ...subject,
      attributes: { task: "code", length: 7 },
    }));
    const { result, difference } = analyzed(units);
    expect(result.adjustment).toBeNull();
    expect(difference.method).toBe("welch_t");
  });
});

const subjectArbitrary = fc.record({
  variant: fc.constantFrom(...variants),
  attributes: fc.option(
    fc.record(
      { task: fc.constantFrom(...TASKS, "poetry"), length: fc.integer({ min: 0, max: 4_000 }) },
      { requiredKeys: [] },
    ),
    { nil: undefined },
  ),
  before: fc.option(fc.integer({ min: -1_000_000, max: 1_000_000 }), { nil: undefined }),
  values: fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 3 }),
});

function withoutNothing({
  attributes,
  before,
  ...rest
}: {
  variant: string;
  attributes: UnitAttributes | undefined;
  before: number | undefined;
  values: number[];
}): Subject {
  return { ...rest, ...(attributes && { attributes }), ...(before !== undefined && { before }) };
}

/** Of variants that have any. Sums of these whole numbers are exact. */
function momentsIn({ variants: counted }: ExperimentTotals) {
  return Object.entries(counted)
    .map(([variant, { metrics }]) => ({ variant, moments: metrics.score }))
    .filter(({ moments }) => moments !== undefined && moments.units > 0);
}

describe("adjustment moments", () => {
  it("are the same in any order of units, and merged from parts", () => {
    fc.assert(
      fc.property(fc.array(subjectArbitrary, { maxLength: 12 }), fc.nat(12), (drawn, cut) => {
        const all = drawn.map(withoutNothing);
        const whole = totalsOf(all);
        expect(momentsIn(totalsOf([...all].reverse()))).toEqual(momentsIn(whole));
        const parts = mergeTotals(totalsOf(all.slice(0, cut)), totalsOf(all.slice(cut)));
        expect(momentsIn(parts)).toEqual(momentsIn(whole));
      }),
    );
  });

  it("keep no trace of a unit that is erased", () => {
    fc.assert(
      fc.property(fc.array(subjectArbitrary, { maxLength: 8 }), subjectArbitrary, (drawn, erased) => {
        const ledger = new Ledger([emptyTotals(variants)], [score]);
        const state = count(ledger, withoutNothing(erased), "erased");
        for (const [index, subject] of drawn.entries())
          count(ledger, withoutNothing(subject), `unit-${index}`);
        ledger.erase(state, { kind: "erasure", unit: "erased", at: 0 });
        expect(momentsIn(ledger.totalsIn(0))).toEqual(momentsIn(totalsOf(drawn.map(withoutNothing))));
      }),
    );
  });
});
