import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { ErasureEntry, ExposureEntry, ObservedEntry } from "#ledger/log-entry.ts";
import { Replay } from "#ledger/replay.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded, type Stretch } from "#model/experiment/exclusion.ts";
import type { Databases } from "#store/database.ts";
import { type Partition, partitionsOf } from "./partitions.ts";
import { type LogCheckpoint, type ReplayableExperiment, readShard } from "./read.ts";

/** What all of a unit's groups must know: its first variant, a second one, its covariates. */
function tellsSomethingNew(
  exposures: readonly ExposureEntry[],
  { variant, covariates }: ExposureEntry,
): boolean {
  const [first] = exposures;
  if (!first) return true;
  const hasMultipleExposures = exposures.some((exposure) => exposure.variant !== first.variant);
  return (
    (!hasMultipleExposures && variant !== first.variant) ||
    (covariates !== undefined && exposures.every((exposure) => !exposure.covariates))
  );
}

function toExposure(entry: ObservedEntry): ExposureEntry {
  return entry.kind === "exposure"
    ? entry
    : {
        kind: "exposure",
        unit: entry.unit,
        variant: entry.variant,
        at: entry.at,
        ...(entry.phase && { phase: entry.phase }),
        ...(entry.isReturning && { isReturning: entry.isReturning }),
      };
}

/** The units of one shard, in the groups that they are in. */
class GroupedUnits {
  readonly #exposures = new Map<string, ExposureEntry[]>();
  readonly #groups = new Set<Replay>();
  readonly #exclusions: readonly Stretch[];
  readonly #phases: number;

  constructor(exclusions: readonly Stretch[], phases: number) {
    this.#exclusions = exclusions;
    this.#phases = phases;
  }

  /** Takes a unit out of every group, in whatever phase. */
  erase({ wasCounted: _isOfTheExperiment, ...entry }: ErasureEntry): void {
    for (let phase = 0; phase < this.#phases; phase++) {
      const name = `${phase}/${entry.unit}`;
      this.#exposures.delete(name);
      for (const group of this.#groups) if (group.units.has(name)) group.apply({ ...entry, phase }, name);
    }
  }

  /** @param group the entry's, undefined for an entry of no group */
  apply(entry: ObservedEntry, group: Replay | undefined): void {
    // What a unit does in a phase that it does not count in says nothing of it in the one that it does.
    const name = `${entry.phase ?? 0}/${entry.unit}`;
    const exposures = this.#exposures.get(name) ?? [];
    // Of a unit that counts, nothing in an excluded stretch is told to any group.
    if (exposures.length > 0 && isExcluded(entry.at, this.#exclusions)) return;
    this.#exposures.set(name, exposures);
    const exposure = toExposure(entry);
    if (tellsSomethingNew(exposures, exposure)) {
      exposures.push(exposure);
      for (const other of this.#groups) if (other.units.has(name)) other.apply(exposure, name);
    }
    if (!group) return;
    this.#groups.add(group);
    if (!group.units.has(name)) for (const earlier of exposures) group.apply(earlier, name);
    group.apply(entry, name);
  }
}

/**
 * Rebuilds totals by groups of log entries. A unit enters every group that one of its entries is in, and has multiple
 * exposures in all of them when it has them in the experiment.
 * @param groupOf undefined for entries of no group
 * @param partitions of the units to count, one after the other
 * @returns for every group its totals by phase of constant weights
 */
export async function rebuildGroups(
  databases: Databases,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
  groupOf: (entry: ObservedEntry) => string | undefined,
  partitions: readonly Partition[] = partitionsOf(checkpoint.phases, checkpoint.until.length),
): Promise<Map<string, ExperimentTotals[]>> {
  const { spec, metricDefinitions, phases, exclusions } = experiment;
  const { key, shards } = spec;
  const variants = spec.variants.map((variant) => variant.key);
  const maturedUntil = checkpoint.phases[0]?.maturedUntil ?? null;
  const groups = new Map<string, Replay>();
  const replayOf = (group: string): Replay => {
    const replay =
      groups.get(group) ??
      new Replay([{ ...emptyTotals(variants), maturedUntil }], metricDefinitions, exclusions);
    groups.set(group, replay);
    return replay;
  };
  for (const [shard, until] of checkpoint.until.entries()) {
    for (const partition of partitions) {
      const units = new GroupedUnits(exclusions, phases.length);
      for await (const entry of readShard(databases, { key, shard, shards, until }, partition)) {
        if (entry.kind === "erasure") {
          units.erase(entry);
          continue;
        }
        const group = groupOf(entry);
        units.apply(entry, group === undefined ? undefined : replayOf(group));
      }
      // In the next part no unit is among them.
      for (const replay of groups.values()) replay.forgetUnits();
    }
  }
  return new Map(
    [...groups].map(([group, replay]) => [group, phases.map((_, phase) => replay.totalsIn(phase))]),
  );
}
