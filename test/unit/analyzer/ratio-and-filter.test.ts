import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import {
  invalidLoggedValueReason,
  type MetricDefinition,
  metricDefinitionSchema,
} from "#model/metric/metric.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

const VARIANTS = ["control", "treatment"];

interface Event {
  unit: string;
  variant: string;
  metrics: Record<string, number>;
  properties?: Record<string, string | number | boolean>;
}

function count(events: readonly Event[], metricDefinitions: readonly MetricDefinition[]) {
  const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
  const units = new Map<string, UnitState>();
  for (const { unit, variant, metrics, properties } of events) {
    const entry = {
      kind: "outcome",
      id: "",
      unit,
      variant,
      at: 1,
      receivedAt: 1,
      metrics,
      ...(properties && { properties }),
    } as const;
    units.set(unit, ledger.apply(units.get(unit), entry));
  }
  return ledger.totalsIn(0);
}

function estimates(events: readonly Event[], definition: MetricDefinition) {
  const described = spec({ metrics: [{ metric: definition.key, role: "primary" }] });
  const analysis = analyze({
    spec: described,
    metricDefinitions: [definition],
    totals: count(events, [definition]),
    now: 1,
  });
  return analysis.metrics[0];
}

const costPerSuccess = metricDefinitionSchema.parse({
  ...metric({ key: "cost_per_success", type: "mean", direction: "decrease" }),
  numerator: "cost_usd",
  denominator: "task_success",
});

describe("a ratio of two logged keys", () => {
  it("is the sum of one over the sum of the other, whichever events carry them", () => {
    const events: Event[] = [
      { unit: "a", variant: "control", metrics: { cost_usd: 3 } },
      { unit: "a", variant: "control", metrics: { task_success: 1 } },
      { unit: "b", variant: "control", metrics: { cost_usd: 5, task_success: 0 } },
      { unit: "c", variant: "control", metrics: { cost_usd: 2, task_success: 1 } },
      { unit: "d", variant: "treatment", metrics: { latency_ms: 4 } },
    ];
    const [control, treatment] = estimates(events, costPerSuccess)?.variants ?? [];
    expect(control).toMatchObject({ units: 3, observations: 2, estimate: 5 });
    expect(treatment).toMatchObject({ units: 0, estimate: null });
  });

  it("has the error of the delta method over units", () => {
    const arbitraryUnits = fc.array(
      fc.record({ cost: fc.integer({ min: 0, max: 100 }), successes: fc.integer({ min: 0, max: 5 }) }),
      { minLength: 3, maxLength: 30 },
    );
    fc.assert(
      fc.property(arbitraryUnits, (units) => {
        fc.pre(units.some(({ successes }) => successes > 0));
        const events = units.flatMap(({ cost, successes }, index): Event[] => [
          { unit: `u${index}`, variant: "control", metrics: { cost_usd: cost } },
          ...Array.from({ length: successes }, () => ({
            unit: `u${index}`,
            variant: "control",
            metrics: { task_success: 1 },
          })),
        ]);
        const [control] = estimates(events, costPerSuccess)?.variants ?? [];
        const n = units.length;
        const y = units.reduce((sum, { cost }) => sum + cost, 0);
        const d = units.reduce((sum, { successes }) => sum + successes, 0);
        const residuals = units.map(({ cost, successes }) => cost - (y / d) * successes);
        const variance = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (n - 1) / (d / n) ** 2;
        expect(control?.estimate).toBeCloseTo(y / d, 9);
        expect(control?.standardError ?? 0).toBeCloseTo(Math.sqrt(variance / n), 6);
      }),
    );
  });

  it("takes no value under its own key and no negative denominator", () => {
    expect(invalidLoggedValueReason(costPerSuccess, "cost_per_success", 1)).toBe(
      "cost_per_success is computed from cost_usd and task_success: log that instead",
    );
    expect(invalidLoggedValueReason(costPerSuccess, "task_success", -1)).toBe(
      "a denominator's value is not negative",
    );
    expect(invalidLoggedValueReason(costPerSuccess, "cost_usd", 1)).toBeUndefined();
    expect(invalidLoggedValueReason(costPerSuccess, "latency_ms", -5)).toBeUndefined();
  });

  it.each([
    ["a proportion", { type: "proportion" }, "denominator"],
    ["per unit", { per: "unit" }, "denominator"],
    ["capped", { cap: 5 }, "denominator"],
    ["with a distribution", { distribution: true }, "numerator"],
  ])("is refused where it is %s", (_words, changes, path) => {
    const parsed = metricDefinitionSchema.safeParse({ ...costPerSuccess, ...changes });
    expect(parsed.error?.issues.map(({ path: [first] }) => first)).toContain(path);
  });
});

describe("a filter on properties", () => {
  const german = metricDefinitionSchema.parse({
    ...metric({ key: "success_in_german" }),
    numerator: "task_success",
    filter: { language: "de", premium: true },
  });
  const event = (unit: string, success: number, properties?: Event["properties"]): Event => ({
    unit,
    variant: "control",
    metrics: { task_success: success },
    ...(properties && { properties }),
  });

  it("counts only events whose properties have all of its values", () => {
    const events = [
      event("a", 1, { language: "de", premium: true }),
      event("a", 0, { language: "de", premium: "true" }),
      event("b", 0, { language: "de", premium: true }),
      event("b", 1, { language: "fr", premium: true }),
      event("c", 1),
    ];
    expect(estimates(events, german)?.variants[0]).toMatchObject({
      units: 2,
      observations: 2,
      estimate: 0.5,
    });
  });

  it("reads a property's own value only", () => {
    const inherited = metricDefinitionSchema.parse({ ...german, filter: { constructor: "x" } });
    expect(estimates([event("a", 1, {})], inherited)?.variants[0]).toMatchObject({ units: 0 });
  });

  it("names one to five properties, on no quantile and no distribution", () => {
    const check = (changes: object) => metricDefinitionSchema.safeParse({ ...german, ...changes }).success;
    expect(check({})).toBe(true);
    expect(check({ filter: {} })).toBe(false);
    expect(check({ filter: Object.fromEntries([..."abcdef"].map((name) => [name, 1])) })).toBe(false);
    expect(check({ type: "mean", distribution: true })).toBe(false);
  });
});
