import { mergeTotals } from "#analyzer/estimates/moments.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded } from "#model/experiment/exclusion.ts";
import type { Databases } from "#store/database.ts";
import { rebuildGroups } from "./groups.ts";
import { type Partition, partitionsOf } from "./partitions.ts";
import { type LogCheckpoint, type ReplayableExperiment, readEntries } from "./read.ts";

/** No variant's key: where the units with multiple exposures in the other experiment are collected. */
const MULTIPLE_EXPOSURES = "";

export interface SharedUnits {
  /** One experiment's totals, by phase, among the units of each variant of the other experiment. */
  byOtherVariant: ReadonlyMap<string, ExperimentTotals[]>;
  /** Units in both experiments that were seen in two variants of one of them. */
  multipleExposureUnits: number;
}

/** The variant of every unit of a part of an experiment's units that counts. */
async function readVariants(
  databases: Databases,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
  partition: Partition,
): Promise<Map<string, string>> {
  const variants = new Map<string, string>();
  const leftOut = new Set<string>();
  for await (const entry of readEntries(databases, experiment, checkpoint, partition)) {
    if (entry.kind === "erasure") {
      variants.delete(entry.unit);
      leftOut.delete(entry.unit);
      continue;
    }
    const { unit, variant, at, isReturning } = entry;
    // A unit counts in the phase in which it was first seen, with the variant that it had then.
    if (isReturning || leftOut.has(unit)) continue;
    if (isExcluded(at, experiment.exclusions)) {
      if (!variants.has(unit)) leftOut.add(unit);
      continue;
    }
    const earlierVariant = variants.get(unit) ?? variant;
    variants.set(unit, earlierVariant === variant ? variant : MULTIPLE_EXPOSURES);
  }
  return variants;
}

function mergeInto(before: ExperimentTotals | undefined, totals: ExperimentTotals): ExperimentTotals {
  return before ? mergeTotals(before, totals) : totals;
}

/** Finds the units that take part in two experiments, by their keyed hashes, which are the same in both logs. */
export async function readSharedUnits(
  databases: Databases,
  first: { experiment: ReplayableExperiment; checkpoint: LogCheckpoint },
  other: { experiment: ReplayableExperiment; checkpoint: LogCheckpoint },
): Promise<SharedUnits> {
  const groups = new Map<string, ExperimentTotals[]>();
  // A unit is in the same part of both logs, whichever of them has more units. All shards of the other one are read at once.
  const sizes = [partitionsOf(first.checkpoint.phases, 1), partitionsOf(other.checkpoint.phases, 1)];
  for (const partition of sizes.toSorted((a, b) => b.length - a.length)[0] ?? []) {
    const variants = await readVariants(databases, other.experiment, other.checkpoint, partition);
    const part = await rebuildGroups(
      databases,
      first.experiment,
      first.checkpoint,
      ({ unit }) => variants.get(unit),
      [partition],
    );
    for (const [variant, phases] of part) {
      const before = groups.get(variant);
      groups.set(variant, before ? phases.map((totals, phase) => mergeInto(before[phase], totals)) : phases);
    }
  }
  let multipleExposureUnits = 0;
  for (const [variant, phases] of groups) {
    for (const totals of phases) {
      multipleExposureUnits += totals.multipleExposureUnits;
      if (variant !== MULTIPLE_EXPOSURES) continue;
      for (const { units } of Object.values(totals.variants)) multipleExposureUnits += units;
    }
  }
  groups.delete(MULTIPLE_EXPOSURES);
  return { byOtherVariant: groups, multipleExposureUnits };
}
