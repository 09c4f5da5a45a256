import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { bucketOf, hashStateAfter } from "#assigner/hash.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

const metricDefinitions = [metric({ key: "score", type: "mean" })];
const described = spec({ metrics: [{ metric: "score", role: "primary" }] });

interface Subject {
  variant: string;
  before: number | undefined;
  values: number[];
}

/** Runs subjects through the ledger, covariates first unless said otherwise. */
function totalsOf(subjects: readonly Subject[], exposeFirst = true) {
  const ledger = new Ledger([emptyTotals(["control", "treatment"])], metricDefinitions);
  for (const [index, { variant, before, values }] of subjects.entries()) {
    let unit: UnitState | undefined;
    const u = `unit-${index}`;
    const expose = () => {
      unit = ledger.apply(unit, {
        kind: "exposure",
        unit: u,
        variant: variant,
        at: 0,
        ...(before !== undefined && { covariates: { score: before } }),
      });
    };
    if (exposeFirst) expose();
    for (const [order, score] of values.entries()) {
      unit = ledger.apply(unit, {
        kind: "outcome",
        id: `${order}`,
        unit: u,
        variant: variant,
        at: 0,
        receivedAt: 0,
        metrics: { score },
      });
    }
    if (!exposeFirst) expose();
  }
  return ledger.totalsIn(0);
}

/** Deterministic noise in [−0.5, 0.5). */
const noise = (index: number, salt: number) =>
  bucketOf(hashStateAfter(`salt-${salt}`), `unit-${index}`) - 0.5;

function subjects(count: number, share = 1): Subject[] {
  return Array.from({ length: count }, (_, index) => {
    const variant = index % 2 === 0 ? "control" : "treatment";
    const talent = 10 * noise(index, 1);
    const effect = variant === "treatment" ? 0.5 : 0;
    const values = Array.from(
      { length: 1 + (index % 3) },
      (__, event) => 20 + talent + effect + noise(index, 7 + event),
    );
    return { variant, before: index % 10 < 10 * share ? talent : undefined, values };
  });
}

function readingOf(all: readonly Subject[], exposeFirst = true) {
  const [result] = analyze({
    spec: described,
    metricDefinitions,
    totals: totalsOf(all, exposeFirst),
    now: 0,
  }).metrics;
  const difference = result?.comparisons[0]?.difference;
  if (difference?.status !== "ok" || !result) throw new Error("no difference");
  return { result, difference };
}

describe("covariates", () => {
  it("take out what was known before, and leave the effect", () => {
    const plain = readingOf(subjects(400).map((subject) => ({ ...subject, before: undefined })));
    const adjusted = readingOf(subjects(400));
    expect(plain.difference.method).toBe("welch_t");
    expect(adjusted.difference.method).toBe("welch_t_adjusted");
    expect(adjusted.result.adjustment?.slope).toBeCloseTo(1, 1);
    // A seventh is left: that units have one, two or three events is nothing the covariate could know.
    expect(adjusted.result.adjustment?.varianceRatio).toBeCloseTo(1 / 7, 1);
    expect(adjusted.difference.standardError).toBeLessThan(plain.difference.standardError / 2);
    expect(Math.abs(adjusted.difference.estimate - 0.5)).toBeLessThan(3 * adjusted.difference.standardError);
  });

  it("may be missing for some units", () => {
    const adjusted = readingOf(subjects(400, 0.5));
    expect(adjusted.result.adjustment?.units).toBe(200);
    expect(adjusted.result.adjustment?.varianceRatio).toBeGreaterThan(0.3);
    expect(adjusted.result.adjustment?.varianceRatio).toBeLessThan(0.7);
    expect(Math.abs(adjusted.difference.estimate - 0.5)).toBeLessThan(3 * adjusted.difference.standardError);
  });

  it("count the same whether they come before or after the first outcome", () => {
    const { difference: first } = readingOf(subjects(200));
    const { difference: last } = readingOf(subjects(200), false);
    expect(last.estimate).toBeCloseTo(first.estimate, 10);
    expect(last.standardError).toBeCloseTo(first.standardError, 10);
  });

  it("change nothing when they explain nothing", () => {
    const constant = readingOf(subjects(200).map((subject) => ({ ...subject, before: 3 })));
    const plain = readingOf(subjects(200).map((subject) => ({ ...subject, before: undefined })));
    expect(constant.result.adjustment?.slope).toBe(0);
    expect(constant.difference.estimate).toBeCloseTo(plain.difference.estimate, 10);
    expect(constant.difference.pValue).toBeCloseTo(plain.difference.pValue, 10);
  });
});
