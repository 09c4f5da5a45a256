import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ExposureEntry, LogEntry } from "#ledger/log-entry.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded, type Stretch } from "#model/experiment/exclusion.ts";
import type { Database } from "#store/database.ts";
import { type LogCheckpoint, type ReplayableExperiment, readLog } from "./read.ts";

/** What all of a unit's groups must know: its first variant, a second one that crosses it over, its covariates. */
function tellsSomethingNew(exposures: readonly ExposureEntry[], { v, c }: ExposureEntry): boolean {
  const [first] = exposures;
  if (!first) return true;
  const hasMultipleExposures = exposures.some((exposure) => exposure.v !== first.v);
  return (
    (!hasMultipleExposures && v !== first.v) ||
    (c !== undefined && exposures.every((exposure) => !exposure.c))
  );
}

function toExposure(entry: LogEntry): ExposureEntry {
  return entry.k === "exposure"
    ? entry
    : { k: "exposure", u: entry.u, v: entry.v, t: entry.t, ...(entry.n && { n: entry.n }) };
}

/** The units of one shard, in the groups that they are in. */
class GroupedUnits {
  readonly #exposures = new Map<string, ExposureEntry[]>();
  readonly #groups = new Map<Ledger, Map<string, UnitState>>();
  readonly #exclusions: readonly Stretch[];

  constructor(exclusions: readonly Stretch[]) {
    this.#exclusions = exclusions;
  }

  /** @param ledger of the entry's group, undefined for an entry of no group */
  apply(entry: LogEntry, ledger: Ledger | undefined): void {
    const exposures = this.#exposures.get(entry.u) ?? [];
    // Of a unit that counts, nothing in an excluded stretch is told to any group.
    if (exposures.length > 0 && isExcluded(entry.t, this.#exclusions)) return;
    this.#exposures.set(entry.u, exposures);
    const exposure = toExposure(entry);
    if (tellsSomethingNew(exposures, exposure)) {
      exposures.push(exposure);
      for (const [other, units] of this.#groups) {
        const state = units.get(entry.u);
        if (state) other.apply(state, exposure);
      }
    }
    if (!ledger) return;
    const units = this.#groups.get(ledger) ?? new Map<string, UnitState>();
    this.#groups.set(ledger, units);
    let state = units.get(entry.u);
    if (!state) for (const earlier of exposures) state = ledger.apply(state, earlier);
    units.set(entry.u, ledger.apply(state, entry));
  }
}

/**
 * Rebuilds totals by groups of log entries. A unit enters every group that one of its entries is in, and is crossed over
 * in all of them when it is crossed over in the experiment. Holds the state of a shard's units and groups in memory.
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
  const groups = new Map<string, Ledger[]>();
  const ledgerOf = (group: string, shard: number): Ledger | undefined => {
    const ledgers =
      groups.get(group) ??
      phases.map((_, phase) => {
        const maturedUntil = checkpoint.phases[phase]?.maturedUntil ?? null;
        return new Ledger({ ...emptyTotals(variants), maturedUntil }, metricDefinitions, exclusions);
      });
    groups.set(group, ledgers);
    return ledgers[Math.floor(shard / spec.shards)];
  };
  for (const [shard, until] of checkpoint.until.entries()) {
    const units = new GroupedUnits(exclusions);
    for await (const { entries } of readLog(database, { experiment: spec.key, shard, until })) {
      for (const entry of entries) {
        const group = groupOf(entry);
        units.apply(entry, group === undefined ? undefined : ledgerOf(group, shard));
      }
    }
  }
  return new Map([...groups].map(([group, ledgers]) => [group, ledgers.map(({ totals }) => totals)]));
}
