import type { Verification } from "#contract/lists.ts";
import { type ExperimentTotals, exactSumSchema } from "#model/analysis/moments.ts";
import { ledgerOf } from "./shard-number.ts";

/** Sums counted live and sums rebuilt from the log may differ by this much, relatively. */
const TOLERANCE = 1e-9;

/** What a large contribution may leave when it is taken out of a sum: as much as nothing. */
const REST = 1e-18;

type NamedNumber = [name: string, value: number];

/** Every number below a value, by its path; an exact sum counts as one number. */
function* numbersBelow(name: string, value: unknown): Generator<NamedNumber> {
  const sum = exactSumSchema.safeParse(value);
  if (typeof value === "number") yield [name, value];
  else if (sum.success) yield [name, sum.data[0] + sum.data[1]];
  else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* numbersBelow(`${name}.${key}`, part);
  }
}

/**
 * Every number of the totals that the event log determines, by name. Duplicates and rejected events are no part of it:
 * the log holds what was counted, and they were not.
 */
function numbersOf(phase: number, totals: ExperimentTotals): NamedNumber[] {
  const { variants, events, late, multipleExposureUnits, outsideWindow } = totals;
  const { untrustedValues, surplusEvents, surplusUnits, returningUnits, returningEvents } = totals;
  const { excludedUnits, excludedEvents, erasedUnits } = totals;
  const surplus = { surplusEvents, surplusUnits };
  const elsewhere = { returningUnits, returningEvents, excludedUnits, excludedEvents, erasedUnits };
  const leftOut = { outsideWindow, untrustedValues, ...surplus, ...elsewhere };
  return [...numbersBelow(`${phase}`, { variants, events, late, multipleExposureUnits, ...leftOut })];
}

function namedNumbers(phases: readonly ExperimentTotals[]): NamedNumber[] {
  return phases.flatMap((totals, phase) => numbersOf(phase, totals));
}

function relativeDifference(a: number, b: number): number {
  return Math.abs(a - b) <= REST ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** One shard's totals as they were counted live, and as they are rebuilt from its log up to the same place. */
export interface VerifiedShard {
  shard: number;
  live: readonly ExperimentTotals[];
  rebuilt: readonly ExperimentTotals[];
  unlogged: number;
}

/** Compares live totals with rebuilt ones. @param shards of both ledgers, one after the other */
export function verifyTotals(experiment: string, shards: Iterable<VerifiedShard>): Verification {
  const result: Verification = {
    experiment,
    agrees: true,
    events: 0,
    unvouchedEvents: 0,
    units: 0,
    unloggedEntries: 0,
    largestDifference: 0,
    differences: [],
  };
  for (const { shard, live, rebuilt, unlogged } of shards) {
    result.unloggedEntries += unlogged;
    const expected = new Map(namedNumbers(rebuilt));
    for (const [name, counted] of namedNumbers(live)) {
      const difference = relativeDifference(counted, expected.get(name) ?? 0);
      result.largestDifference = Math.max(result.largestDifference, difference);
      if (difference > TOLERANCE) result.differences.push(`${shard}.${name}`);
    }
    for (const { events, variants } of live) {
      if (ledgerOf(shard) === "unvouched") {
        result.unvouchedEvents += events;
        continue;
      }
      result.events += events;
      for (const { units } of Object.values(variants)) result.units += units;
    }
  }
  result.agrees = result.differences.length === 0;
  return result;
}
