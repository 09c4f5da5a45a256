import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded } from "#model/experiment/exclusion.ts";
import type { Databases } from "#store/database.ts";
import { rebuildGroups } from "./groups.ts";
import { type LogCheckpoint, type ReplayableExperiment, readEntries } from "./read.ts";

/** No variant's key: where the units with multiple exposures in the other experiment are collected. */
const MULTIPLE_EXPOSURES = "";

export interface SharedUnits {
  /** One experiment's totals, by phase, among the units of each variant of the other experiment. */
  byOtherVariant: ReadonlyMap<string, ExperimentTotals[]>;
  /** Units in both experiments that were seen in two variants of one of them. */
  multipleExposureUnits: number;
}

/** The variant of every unit of an experiment that counts. Holds all its units in memory. */
async function readVariants(
  databases: Databases,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
): Promise<Map<string, string>> {
  const variants = new Map<string, string>();
  const leftOut = new Set<string>();
  for await (const { unit, variant, at } of readEntries(databases, experiment, checkpoint)) {
    if (leftOut.has(unit)) continue;
    if (isExcluded(at, experiment.exclusions)) {
      if (!variants.has(unit)) leftOut.add(unit);
      continue;
    }
    const earlierVariant = variants.get(unit) ?? variant;
    variants.set(unit, earlierVariant === variant ? variant : MULTIPLE_EXPOSURES);
  }
  return variants;
}

/** Finds the units that take part in two experiments, by their keyed hashes, which are the same in both logs. */
export async function readSharedUnits(
  databases: Databases,
  first: { experiment: ReplayableExperiment; checkpoint: LogCheckpoint },
  other: { experiment: ReplayableExperiment; checkpoint: LogCheckpoint },
): Promise<SharedUnits> {
  const variants = await readVariants(databases, other.experiment, other.checkpoint);
  const groups = await rebuildGroups(databases, first.experiment, first.checkpoint, ({ unit }) =>
    variants.get(unit),
  );
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
