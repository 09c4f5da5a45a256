import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recording } from "#aggregator/recording.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { decodeEntries, encodeBatch } from "#event-log/codec.ts";
import { Recount } from "#event-log/recount.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { applyEntry, Replay } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { type ExperimentTotals, exactSumSchema, experimentTotalsSchema } from "#model/analysis/moments.ts";
import { metric } from "#tools/builders/moments-builder.ts";

const VARIANTS = ["control", "treatment"];
const EXCLUSIONS = [{ from: 100_000, until: 150_000 }];
const metricDefinitions = [
  metric({ maximumEventsPerUnit: 2 }),
  metric({ key: "cost_usd", type: "mean", per: "unit", absent: "zero", distribution: true }),
  metric({ key: "rating", type: "mean", windowSeconds: 60 }),
  metric({ key: "tokens", type: "mean", trust: "server" }),
];

const arbitraryVisits = fc.array(
  fc.record({
    what: fc.constantFrom("exposure", "outcome", "outcome", "erasure"),
    unit: fc.integer({ min: 0, max: 4 }),
    variant: fc.constantFrom("control", "control", "control", "treatment"),
    phase: fc.constantFrom(0, 0, 0, 1, 2),
    value: fc.oneof(
      fc.constantFrom(0, 0.1, 1e6),
      fc.integer({ min: -1e6, max: 1e6 }).map((thousandths) => thousandths / 1_000),
    ),
    isVouched: fc.boolean(),
    isLate: fc.boolean(),
  }),
  { maxLength: 80 },
);
type Visits = typeof arbitraryVisits extends fc.Arbitrary<infer Value> ? Value : never;

/** Records visits as an aggregator does; windows pass in between. */
function record(visits: Visits) {
  const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions, EXCLUSIONS);
  const units = new Map<string, UnitState>();
  const entries: LogEntry[] = [];
  for (const [index, { what, unit: number, variant, phase, value, isVouched, isLate }] of visits.entries()) {
    const at = index * 5_000;
    const unit = `unit-${number}`;
    const before = units.get(unit);
    if (what === "erasure") {
      const entry: LogEntry = { kind: what, unit, at, phase: before?.p, ...(before && { wasCounted: true }) };
      applyEntry(ledger, before, entry);
      units.delete(unit);
      entries.push(entry);
      continue;
    }
    const recording = new Recording(ledger, units, () => false, []);
    const source = { key: "k", vouchedBy: isVouched ? ("key" as const) : ("nobody" as const) };
    const observed = { unit, variant, phase, isPhaseKnown: true as const, at, source };
    if (what === "exposure") recording.recordExposure({ ...observed, covariates: { tokens: value } });
    else {
      const metrics = { task_success: value > 0 ? 1 : 0, cost_usd: value, rating: value, tokens: value };
      const late = isLate ? { late: true as const } : {};
      recording.recordOutcome({ id: `${at}`, ...observed, receivedAt: at, metrics, ...late });
    }
    entries.push(...recording.entries);
    if (index % 7 === 0) ledger.mature(units.values(), at);
  }
  return { phases: ledger.phases, entries };
}

/** What of a log no later entry erases. */
function remainingOf(entries: readonly LogEntry[]): LogEntry[] {
  return entries.filter(
    (entry, index) =>
      entry.kind !== "erasure" &&
      !entries.slice(index).some(({ kind, unit }) => kind === "erasure" && unit === entry.unit),
  );
}

function replay(entries: readonly LogEntry[], maturedUntil: number | null): readonly ExperimentTotals[] {
  const result = new Replay([{ ...emptyTotals(VARIANTS), maturedUntil }], metricDefinitions, EXCLUSIONS);
  for (const entry of entries) result.apply(entry);
  result.totalsIn(2);
  return result.phases;
}

/** Numbers as far as sums are exact; what is zero is left out. */
function sumsOf(value: unknown): unknown {
  const sum = exactSumSchema.safeParse(value);
  const number = sum.success ? sum.data[0] + sum.data[1] : value;
  if (typeof number === "number") return Math.abs(number) < 1e-12 ? 0 : Number(number.toPrecision(12));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, sumsOf(part)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== 0));
}

/** The metrics whose sums say themselves that digits went with what was taken out, by phase and variant. */
function impreciseIn(phases: readonly ExperimentTotals[]): string[] {
  return phases.flatMap(({ variants }, phase) =>
    Object.entries(variants).flatMap(([key, { metrics }]) =>
      Object.entries(metrics).flatMap(([name, { isImprecise }]) =>
        isImprecise ? [`${phase} ${key} ${name}`] : [],
      ),
    ),
  );
}

/**
 * What totals say of units, without what is empty. When something first or last happened is not taken back.
 * @param imprecise metrics of which only the units are told
 */
function essenceOf(phases: readonly ExperimentTotals[], imprecise: ReadonlySet<string>): unknown[] {
  return phases.map(
    ({ firstExposureAt, lastEventAt, erasedUnits, lateCovariates, variants, ...counts }, phase) => ({
      ...counts,
      variants: Object.entries(variants).map(([key, { metrics, sketches, ...all }]) => ({
        key,
        counts: sumsOf(all),
        metrics: Object.entries(metrics).flatMap(([name, moments]) => {
          if (moments.units === 0) return [];
          return [[name, imprecise.has(`${phase} ${key} ${name}`) ? moments.units : sumsOf(moments)]];
        }),
        sketches: Object.entries(sketches).flatMap(([name, { units, events, squaredEvents }]) =>
          units === 0 ? [] : [[name, units, events, squaredEvents]],
        ),
      })),
    }),
  );
}

function expectSameTotals(actual: readonly ExperimentTotals[], expected: readonly ExperimentTotals[]): void {
  const imprecise = new Set([...impreciseIn(actual), ...impreciseIn(expected)]);
  expect(essenceOf(actual, imprecise)).toEqual(essenceOf(expected, imprecise));
}

describe("an erased unit", () => {
  it("leaves totals as if the log had never held what it did before", () => {
    fc.assert(
      fc.property(arbitraryVisits, (visits) => {
        const { phases, entries } = record(visits);
        const maturedUntil = phases[0]?.maturedUntil ?? null;
        expectSameTotals(replay(entries, maturedUntil), replay(remainingOf(entries), maturedUntil));
      }),
      { numRuns: 500 },
    );
  });

  it("is counted live as a replay of the stored log counts it", () => {
    fc.assert(
      fc.property(arbitraryVisits, (visits) => {
        const { phases, entries } = record(visits);
        const stored = entries.length === 0 ? [] : decodeEntries(encodeBatch(entries));
        const replayed = replay(stored, phases[0]?.maturedUntil ?? null);
        const counts = (all: readonly ExperimentTotals[]) => all.map(({ erasedUnits }) => erasedUnits);
        expect(counts(replayed).slice(0, phases.length)).toEqual(counts(phases));
        expectSameTotals(replayed.slice(0, phases.length), phases);
      }),
      { numRuns: 500 },
    );
  });

  it("is a new one in a recount too, also where it came back in what is read at once", () => {
    fc.assert(
      fc.property(arbitraryVisits, fc.integer({ min: 0, max: 80 }), (visits, first) => {
        const { phases, entries } = record(visits);
        const units = new Map<string, UnitState>();
        const maturedUntil = phases[0]?.maturedUntil ?? null;
        const experiment = { key: "e", shard: 0, variants: VARIANTS, metricDefinitions, exclusions: [] };
        const recount = new Recount(
          experiment,
          1,
          { quarantines: [], exclusions: EXCLUSIONS },
          maturedUntil,
          {
            read: (hashes) => new Map([...units].filter(([hash]) => hashes.includes(hash))),
            remove: (hashes) => {
              for (const hash of hashes) units.delete(hash);
            },
            write: (written) => {
              for (const [hash, state] of written) units.set(hash, structuredClone(state));
            },
          },
        );
        recount.apply(entries.slice(0, first));
        recount.apply(entries.slice(first));
        expectSameTotals(recount.phasesAfter(phases), phases);
      }),
      { numRuns: 500 },
    );
  });

  it("makes no count negative, whatever its row says that it has added", () => {
    const count = fc.nat(4);
    const arbitraryUnit = fc.record({
      v: fc.constantFrom(...VARIANTS),
      e: fc.constant(0),
      x: fc.boolean(),
      h: fc.constantFrom(true as const, undefined),
      l: fc.constantFrom(true as const, undefined),
      r: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 2 }), { minLength: 1 }), { nil: undefined }),
      t: fc.array(count, { maxLength: 8 }),
    });
    fc.assert(
      fc.property(arbitraryVisits, arbitraryUnit, (visits, { h, l, r, ...told }) => {
        const { phases } = record(visits);
        const ledger = new Ledger([...phases], metricDefinitions, EXCLUSIONS);
        for (const phase of [0, 1, 2]) ledger.totalsIn(phase);
        const unit: UnitState = {
          ...told,
          ...(h && { h }),
          ...(l && { l }),
          ...(r && { r }),
          s: {},
          i: [],
          b: 0,
        };
        // What counts in an arm is always known to have been added.
        if (!l && !unit.x) ledger.apply(undefined, { kind: "exposure", unit: "u", variant: unit.v, at: 0 });
        ledger.erase(unit, { kind: "erasure", unit: "u", at: 0, wasCounted: true });
        for (const totals of ledger.phases)
          expect(experimentTotalsSchema.safeParse(totals).success).toBe(true);
      }),
    );
  });
});
