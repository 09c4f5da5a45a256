import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ObservedEntry } from "#ledger/log-entry.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { metric } from "#tools/builders/moments-builder.ts";

const DEFINITIONS = [
  metric(),
  metric({ key: "spend", type: "mean", per: "unit", absent: "zero", trust: "server" }),
  metric({ key: "latency_ms", type: "mean", direction: "decrease", distribution: true }),
  metric({ key: "p95", type: "quantile", quantile: 0.95, source: "latency_ms", trust: "server" }),
  metric({ key: "cost_per_token", type: "mean", numerator: "cost", denominator: "tokens", trust: "server" }),
];

type Origin = "key" | "token" | "nobody";

const METRICS = ["task_success", "spend", "latency_ms", "cost", "tokens"] as const;

const arbitraryEntries = fc.array(
  fc.record({
    unit: fc.integer({ min: 0, max: 4 }),
    origin: fc.constantFrom<Origin>("key", "token", "nobody"),
    exposes: fc.boolean(),
    values: fc.dictionary(fc.constantFrom(...METRICS), fc.integer({ min: 0, max: 1 }), { maxKeys: 5 }),
  }),
  { maxLength: 60 },
);

type Arbitrary = (typeof arbitraryEntries extends fc.Arbitrary<infer Entries> ? Entries : never)[number];

function toEntry({ unit, origin, exposes, values }: Arbitrary, index: number): ObservedEntry {
  const common = {
    unit: `${unit}`,
    variant: "control",
    at: 0,
    key: "key-1",
    ...(origin !== "key" && { vouchedBy: origin }),
  };
  return exposes
    ? { kind: "exposure", ...common, covariates: values }
    : { kind: "outcome", id: `${index}`, receivedAt: 0, metrics: values, ...common };
}

/** The entry without what the restricted metrics read, if it came by a client key. */
function withoutRestricted(entry: Arbitrary): Arbitrary {
  if (entry.origin === "key") return entry;
  // An exposure's covariates are by metric, an outcome's values by logged key.
  const names: string[] = entry.exposes
    ? ["spend", "p95", "cost_per_token"]
    : ["spend", "latency_ms", "cost", "tokens"];
  const values = Object.fromEntries(Object.entries(entry.values).filter(([name]) => !names.includes(name)));
  return { ...entry, values };
}

function totalsOf(entries: readonly ObservedEntry[], metricDefinitions: readonly MetricDefinition[]) {
  const ledger = new Ledger([emptyTotals(["control"])], metricDefinitions);
  const units = new Map<string, UnitState>();
  for (const entry of entries) units.set(entry.unit, ledger.apply(units.get(entry.unit), entry));
  return ledger.totalsIn(0);
}

describe("a metric restricted to server keys", () => {
  it("counts as if client keys had never said anything of it, by mean, total, ratio, distribution and covariate", () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        const { untrustedValues: _some, variants, ...counts } = totalsOf(entries.map(toEntry), DEFINITIONS);
        const { untrustedValues: _none, ...expected } = totalsOf(
          entries.map(withoutRestricted).map(toEntry),
          DEFINITIONS,
        );
        const { latency_ms: latency, ...others } = variants.control?.metrics ?? {};
        const { latency_ms: _latency, ...expectedOthers } = expected.variants.control?.metrics ?? {};
        expect(others).toEqual(expectedOthers);
        expect(variants.control?.sketches).toEqual(expected.variants.control?.sketches);
        expect(variants.control).toMatchObject({
          units: expected.variants.control?.units,
          responding: expected.variants.control?.responding,
        });
        const { variants: _variants, ...expectedCounts } = expected;
        expect(counts).toEqual(expectedCounts);
        // The mean of the latency is restricted by nobody. The first covariates that may count are all that a unit has.
        const countable = entries.map((entry) => (entry.exposes ? withoutRestricted(entry) : entry));
        const unrestricted = totalsOf(countable.map(toEntry), [metric({ key: "latency_ms", type: "mean" })]);
        expect(latency).toEqual(unrestricted.variants.control?.metrics.latency_ms);
      }),
    );
  });

  it("says how many values it left out, one for each metric that would have read it", () => {
    const outcome = {
      kind: "outcome",
      id: "1",
      unit: "u",
      variant: "control",
      at: 0,
      receivedAt: 0,
    } as const;
    const values = { task_success: 1, spend: 2, latency_ms: 3, cost: 4, tokens: 5 };
    const left = (entry: ObservedEntry) => totalsOf([entry], DEFINITIONS).untrustedValues;
    expect(left({ ...outcome, metrics: values, key: "k" })).toBe(0);
    expect(left({ ...outcome, metrics: values, key: "k", vouchedBy: "token" })).toBe(3);
    expect(left({ ...outcome, metrics: { task_success: 1 }, key: "k", vouchedBy: "nobody" })).toBe(0);
    const exposure = {
      kind: "exposure",
      unit: "u",
      variant: "control",
      at: 0,
      covariates: { spend: 1 },
    } as const;
    expect(left({ ...exposure, vouchedBy: "token" })).toBe(1);
    expect(left({ ...exposure, vouchedBy: "token", fromHistory: true })).toBe(0);
  });

  it("takes what an earlier experiment knows of a unit, though a client key reports it", () => {
    const exposure = {
      kind: "exposure",
      unit: "u",
      variant: "control",
      at: 0,
      vouchedBy: "token",
      covariates: { spend: 7 },
    } as const;
    const outcome = {
      kind: "outcome",
      id: "1",
      unit: "u",
      variant: "control",
      at: 0,
      receivedAt: 0,
      key: "k",
      metrics: { spend: 1 },
    } as const;
    const covariateUnits = (entry: ObservedEntry) =>
      totalsOf([entry, outcome], DEFINITIONS).variants.control?.metrics.spend?.covariate?.units ?? 0;
    expect(covariateUnits({ ...exposure, fromHistory: true })).toBe(1);
    expect(covariateUnits(exposure)).toBe(0);
  });

  it("is no metric from before there was the choice", () => {
    const { trust, ...before } = metric();
    expect(trust).toBe("any");
    expect(metricDefinitionSchema.parse(before).trust).toBe("any");
  });
});
