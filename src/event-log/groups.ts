import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { ExposureEntry, LogEntry } from "#ledger/log-entry.ts";
import { Replay } from "#ledger/replay.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded, type Stretch } from "#model/experiment/exclusion.ts";
import type { Database } from "#store/database.ts";
import { type LogCheckpoint, type ReplayableExperiment, readLog } from "./read.ts";

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

function toExposure(entry: LogEntry): ExposureEntry {
  return entry.kind === "exposure"
    ? entry
    : {
        kind: "exposure",
        unit: entry.unit,
        variant: entry.variant,
        at: entry.at,
        ...(entry.isReturning && { isReturning: entry.isReturning }),
      };
}

/** The units of one shard, in the groups that they are in. */
class GroupedUnits {
  readonly #exposures = new Map<string, ExposureEntry[]>();
  readonly #groups = new Set<Replay>();
  readonly #exclusions: readonly Stretch[];

  constructor(exclusions: readonly Stretch[]) {
    this.#exclusions = exclusions;
  }

  /** @param group the entry's, undefined for an entry of no group */
  apply(entry: LogEntry, group: Replay | undefined): void {
    const exposures = this.#exposures.get(entry.unit) ?? [];
    // Of a unit that counts, nothing in an excluded stretch is told to any group.
    if (exposures.length > 0 && isExcluded(entry.at, this.#exclusions)) return;
    this.#exposures.set(entry.unit, exposures);
    const exposure = toExposure(entry);
    if (tellsSomethingNew(exposures, exposure)) {
      exposures.push(exposure);
      for (const other of this.#groups) if (other.units.has(entry.unit)) other.apply(exposure);
    }
    if (!group) return;
    this.#groups.add(group);
    if (!group.units.has(entry.unit)) for (const earlier of exposures) group.apply(earlier);
    group.apply(entry);
  }
}

/**
 * Rebuilds totals by groups of log entries. A unit enters every group that one of its entries is in, and has multiple
 * exposures in all of them when it has them in the experiment. Holds the state of a shard's units and groups in memory.
 * @param groupOf undefined for entries of no group
 * @returns for every group its totals by phase of constant weights
 */
export async function rebuildGroups(
  database: Database,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
  groupOf: (entry: LogEntry) => string | undefined,
): Promise<Map<string, ExperimentTotals[]>> {
  const { spec, metricDefinitions, phases, exclusions } = experiment;
  const variants = spec.variants.map(({ key }) => key);
  const groups = new Map<string, Replay[]>();
  const replayOf = (group: string, shard: number): Replay | undefined => {
    const replays =
      groups.get(group) ??
      phases.map((_, phase) => {
        const maturedUntil = checkpoint.phases[phase]?.maturedUntil ?? null;
        return new Replay({ ...emptyTotals(variants), maturedUntil }, metricDefinitions, exclusions);
      });
    groups.set(group, replays);
    return replays[Math.floor(shard / spec.shards)];
  };
  for (const [shard, until] of checkpoint.until.entries()) {
    const units = new GroupedUnits(exclusions);
    for await (const { entries } of readLog(database, { experiment: spec.key, shard, until })) {
      for (const entry of entries) {
        const group = groupOf(entry);
        units.apply(entry, group === undefined ? undefined : replayOf(group, shard));
      }
    }
    // Of the next shard no unit is among them.
    for (const replay of [...groups.values()].flat()) replay.forgetUnits();
  }
  return new Map([...groups].map(([group, replays]) => [group, replays.map(({ totals }) => totals)]));
}
