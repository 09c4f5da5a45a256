import type { Verification } from "#contract/lists.ts";
import { partitionsOf } from "#event-log/partitions.ts";
import { rebuildTotals } from "#event-log/read.ts";
import { type ExperimentTotals, exactSumSchema } from "#model/analysis/moments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { aggregatorsOf, phaseTotalsSchema } from "./client.ts";
import type { Services } from "./services.ts";
import { ledgerOf, shardIn } from "./shard-number.ts";

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

/**
 * Compares the aggregators' totals with totals rebuilt from the event log in D1. Takes the totals at one point of the
 * log, so that it can run while events keep coming.
 */
export async function verifyExperiment(services: Services, experiment: Experiment): Promise<Verification> {
  const { key } = experiment.spec;
  const result: Verification = {
    experiment: key,
    agrees: true,
    events: 0,
    unvouchedEvents: 0,
    units: 0,
    unloggedEntries: 0,
    largestDifference: 0,
    differences: [],
  };
  const ledgers = (["deciding", "unvouched"] as const).flatMap((ledger) =>
    aggregatorsOf(services.aggregators, experiment, ledger).map((aggregator, index) => ({
      aggregator,
      shard: shardIn(ledger, index),
    })),
  );
  for (const { aggregator, shard } of ledgers) {
    const { phases, sequence, unlogged } = await aggregator.checkpoint(experiment.spec.shards);
    result.unloggedEntries += unlogged;
    const live = phaseTotalsSchema.parse(phases);
    const maturedUntil = live[0]?.maturedUntil ?? null;
    const position = { shard, until: sequence, maturedUntil };
    const rebuilt = await rebuildTotals(services, experiment, position, partitionsOf(live, 1));
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
