import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded } from "#model/experiment/exclusion.ts";
import type { Database } from "#store/database.ts";
import { rebuildGroups } from "./groups.ts";
import { type Counted, type LogCut, readEntries } from "./read.ts";

/** No variant's key: where the units are collected that crossed over in the other experiment. */
const CROSSED_OVER = "";

export interface SharedUnits {
  /** One experiment's totals, by period, among the units of each variant of the other experiment. */
  byOtherVariant: ReadonlyMap<string, ExperimentTotals[]>;
  /** Units in both experiments that were seen in two variants of one of them. */
  crossedOverUnits: number;
}

/** The variant of every unit of an experiment that counts. Holds all its units in memory. */
async function readVariants(
  database: Database,
  experiment: Counted,
  cut: LogCut,
): Promise<Map<string, string>> {
  const variants = new Map<string, string>();
  const leftOut = new Set<string>();
  for await (const { u, v, t } of readEntries(database, experiment, cut)) {
    if (leftOut.has(u)) continue;
    if (isExcluded(t, experiment.exclusions)) {
      if (!variants.has(u)) leftOut.add(u);
      continue;
    }
    const known = variants.get(u) ?? v;
    variants.set(u, known === v ? v : CROSSED_OVER);
  }
  return variants;
}

/** Finds the units that take part in two experiments, by their keyed hashes, which are the same in both logs. */
export async function readSharedUnits(
  database: Database,
  first: { experiment: Counted; cut: LogCut },
  other: { experiment: Counted; cut: LogCut },
): Promise<SharedUnits> {
  const variants = await readVariants(database, other.experiment, other.cut);
  const groups = await rebuildGroups(database, first.experiment, first.cut, ({ u }) => variants.get(u));
  let crossedOverUnits = 0;
  for (const [variant, periods] of groups) {
    for (const totals of periods) {
      crossedOverUnits += totals.crossedOverUnits;
      if (variant !== CROSSED_OVER) continue;
      for (const { units } of Object.values(totals.variants)) crossedOverUnits += units;
    }
  }
  groups.delete(CROSSED_OVER);
  return { byOtherVariant: groups, crossedOverUnits };
}
