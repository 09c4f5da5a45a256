import type { LogEntry } from "#ledger/log-entry.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { BoundedUnits, type UnitStore } from "./bounded-units.ts";
import { type GroupedUnit, GroupRebuild, type GroupTotals } from "./groups.ts";
import type { LogPass } from "./log-pass.ts";
import type { LogCheckpoint, ReplayableExperiment } from "./read.ts";
import { bytesOfVariant, MULTIPLE_EXPOSURES, type UnitVariant } from "./unit-variants.ts";

export interface SharedUnits {
  /** One experiment's totals, by phase, among the units of each variant of the other experiment. */
  byOtherVariant: ReadonlyMap<string, ExperimentTotals[]>;
  /** Units in both experiments that were seen in two variants of one of them. */
  multipleExposureUnits: number;
}

/**
 * Counts one experiment's units by the variants that they have in another, by their keyed hashes, which are the same in both
 * logs.
 */
export class SharedRebuild implements LogPass {
  readonly isOver = false;
  readonly #others: BoundedUnits<UnitVariant>;
  readonly #groups: GroupRebuild;

  /**
   * @param others the variants of the other experiment
   * @param groups what was counted before; none at first
   */
  constructor(
    experiment: ReplayableExperiment,
    checkpoint: LogCheckpoint,
    others: UnitStore<UnitVariant>,
    store: UnitStore<GroupedUnit>,
    groups?: GroupTotals,
  ) {
    this.#others = new BoundedUnits(others, bytesOfVariant);
    const groupOf = ({ unit }: LogEntry) => this.#others.get(unit) ?? undefined;
    this.#groups = new GroupRebuild(experiment, checkpoint, groupOf, store, groups);
  }

  get isFull(): boolean {
    return this.#groups.isFull || this.#others.isFull;
  }

  load(entries: readonly LogEntry[]): boolean {
    const isLoaded = this.#others.load(new Set(entries.map(({ unit }) => unit)));
    return isLoaded && this.#groups.load(entries);
  }

  apply(entry: LogEntry): void {
    const other = this.#others.get(entry.unit);
    // Of a unit that counts in one of the experiments only nothing has to be kept.
    if (other !== undefined && other !== null) this.#groups.apply(entry);
  }

  write(): void {
    this.#others.write();
    this.#groups.write();
  }

  state(): GroupTotals {
    return this.#groups.state();
  }
}

/** The units that take part in two experiments. @param groups the totals of one by the variants of the other */
export function sharedUnits(groups: GroupTotals): SharedUnits {
  let multipleExposureUnits = 0;
  for (const [variant, phases] of groups) {
    for (const totals of phases) {
      multipleExposureUnits += totals.multipleExposureUnits;
      if (variant !== MULTIPLE_EXPOSURES) continue;
      for (const { units } of Object.values(totals.variants)) multipleExposureUnits += units;
    }
  }
  return {
    byOtherVariant: new Map(groups.filter(([variant]) => variant !== MULTIPLE_EXPOSURES)),
    multipleExposureUnits,
  };
}
