import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { valueOfSilence } from "#analyzer/estimates/unit-statistics.ts";
import { windowEndOf } from "#ledger/conversion-window.ts";
import { Replay } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { Databases } from "#store/database.ts";
import { partitionsOf } from "./partitions.ts";
import { type LogCheckpoint, type ReplayableExperiment, readShard } from "./read.ts";

function unitValueOf(
  definition: MetricDefinition,
  sums: readonly [sum: number, count: number] | undefined,
): number | undefined {
  if (!sums) return valueOfSilence(definition);
  if (definition.per === "unit") return sums[0];
  // A ratio's unit without a denominator has no value of its own.
  return sums[1] === 0 ? undefined : sums[0] / sums[1];
}

/** Adds the values of units to those of their variants. */
function collectValues(
  units: Iterable<UnitState>,
  definition: MetricDefinition,
  maturedUntil: number,
  values: Map<string, number[]>,
): void {
  for (const unit of units) {
    const { v: variant, x: hasMultipleExposures, n: countsElsewhere, l: isLeftOut, s: sums } = unit;
    const value = unitValueOf(definition, sums[definition.key]);
    if (hasMultipleExposures || countsElsewhere || isLeftOut || value === undefined) continue;
    if (windowEndOf(definition, unit) > maturedUntil) continue;
    const list = values.get(variant) ?? [];
    list.push(value);
    values.set(variant, list);
  }
}

/**
 * One value for every unit, by variant, from the event log: the unit's average over events, or its total for a metric per
 * unit (for units without events what their silence means). Units with multiple exposures are left out. Holds all values in memory.
 */
export async function readUnitValues(
  databases: Databases,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
  definition: MetricDefinition,
): Promise<Map<string, number[]>> {
  const { key, shards } = experiment.spec;
  const replay = new Replay([emptyTotals([])], [definition], experiment.exclusions);
  const maturedUntil = checkpoint.phases[0]?.maturedUntil ?? Number.NEGATIVE_INFINITY;
  const values = new Map<string, number[]>();
  for (const [shard, until] of checkpoint.until.entries()) {
    for (const partition of partitionsOf(checkpoint.phases, checkpoint.until.length)) {
      for await (const entry of readShard(databases, { key, shard, shards, until }, partition))
        replay.apply(entry);
      collectValues(replay.units.values(), definition, maturedUntil, values);
      replay.forgetUnits();
    }
  }
  return values;
}
