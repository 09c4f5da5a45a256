import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ErasureEntry, ExposureEntry, LogEntry, ObservedEntry } from "#ledger/log-entry.ts";
import { bytesOfUnit, type UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded } from "#model/experiment/exclusion.ts";
import { BoundedUnits, type UnitStore } from "./bounded-units.ts";
import type { LogPass } from "./log-pass.ts";
import type { LogCheckpoint, ReplayableExperiment } from "./read.ts";

/** A unit in one phase of weights. */
export interface GroupedUnit {
  /** What all of its groups must know: its first variant, a second one, its covariates. */
  exposures: ExposureEntry[];
  /** What it has come to in each of its groups. */
  groups: Map<string, UnitState>;
}

/** About so much memory an exposure takes. */
const EXPOSURE_BYTES = 600;

/** About so much memory a grouped unit takes. */
function bytesOfGroupedUnit({ exposures, groups }: GroupedUnit): number {
  let bytes = 400 + exposures.length * EXPOSURE_BYTES;
  for (const state of groups.values()) bytes += bytesOfUnit(state);
  return bytes;
}

function tellsSomethingNew(
  exposures: readonly ExposureEntry[],
  { variant, covariates, attributes }: ExposureEntry,
): boolean {
  const [first] = exposures;
  if (!first) return true;
  const hasMultipleExposures = exposures.some((exposure) => exposure.variant !== first.variant);
  return (
    (!hasMultipleExposures && variant !== first.variant) ||
    (covariates !== undefined && exposures.every((exposure) => !exposure.covariates)) ||
    (attributes !== undefined && exposures.every((exposure) => !exposure.attributes))
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

/** What a unit does in a phase that it does not count in says nothing of it in the one that it does. */
function nameOf(unit: string, phase = 0): string {
  return `${phase}/${unit}`;
}

/** Of every group the totals by phase. */
export type GroupTotals = [group: string, phases: ExperimentTotals[]][];

/**
 * Rebuilds totals by groups of log entries. A unit enters every group that one of its entries is in, and has multiple
 * exposures in all of them when it has them in the experiment.
 */
export class GroupRebuild implements LogPass {
  readonly isOver = false;
  readonly #experiment: ReplayableExperiment;
  readonly #maturedUntil: number | null;
  readonly #followsUnits: boolean;
  readonly #groupOf: (entry: ObservedEntry) => string | undefined;
  readonly #groups: Map<string, Ledger>;
  readonly #units: BoundedUnits<GroupedUnit>;

  /**
   * @param groupOf undefined for entries of no group
   * @param groups what was counted before; none at first
   * @param followsUnits a unit stays in the first group that it enters, with all that it does from then on
   */
  constructor(
    experiment: ReplayableExperiment,
    { phases: [first] }: LogCheckpoint,
    groupOf: (entry: ObservedEntry) => string | undefined,
    store: UnitStore<GroupedUnit>,
    groups: GroupTotals = [],
    followsUnits = false,
  ) {
    this.#followsUnits = followsUnits;
    const { metricDefinitions, exclusions } = experiment;
    this.#experiment = experiment;
    this.#maturedUntil = first?.maturedUntil ?? null;
    this.#groupOf = groupOf;
    this.#groups = new Map(
      groups.map(([group, phases]) => [group, new Ledger(phases, metricDefinitions, exclusions)]),
    );
    this.#units = new BoundedUnits(store, bytesOfGroupedUnit);
  }

  get isFull(): boolean {
    return this.#units.isFull;
  }

  load(entries: readonly LogEntry[]): boolean {
    const names = entries.flatMap((entry) =>
      entry.kind === "erasure" ? this.#namesOf(entry.unit) : nameOf(entry.unit, entry.phase),
    );
    return this.#units.load(new Set(names));
  }

  apply(entry: LogEntry): void {
    if (entry.kind === "erasure") {
      this.#erase(entry);
      return;
    }
    const name = nameOf(entry.unit, entry.phase);
    const unit = this.#units.get(name) ?? { exposures: [], groups: new Map<string, UnitState>() };
    this.#count(unit, entry);
    this.#units.set(name, unit);
  }

  /** The unit's names in all phases. */
  #namesOf(unit: string): string[] {
    return this.#experiment.phases.map((_, phase) => nameOf(unit, phase));
  }

  /** Takes a unit out of every group, in whatever phase. */
  #erase({ wasCounted: _isOfTheExperiment, ...entry }: ErasureEntry): void {
    for (const [phase, name] of this.#namesOf(entry.unit).entries()) {
      for (const [group, state] of this.#units.get(name)?.groups ?? [])
        this.#ledgerOf(group).erase(state, { ...entry, phase });
      this.#units.remove(name);
    }
  }

  #count({ exposures, groups }: GroupedUnit, entry: ObservedEntry): void {
    // Of a unit that counts, nothing in an excluded stretch is told to any group.
    if (exposures.length > 0 && isExcluded(entry.at, this.#experiment.exclusions)) return;
    const count = (group: string, counted: ObservedEntry) =>
      groups.set(group, this.#ledgerOf(group).apply(groups.get(group), counted));
    const exposure = toExposure(entry);
    if (tellsSomethingNew(exposures, exposure)) {
      exposures.push(exposure);
      for (const other of groups.keys()) count(other, exposure);
    }
    const [own] = this.#followsUnits ? groups.keys() : [];
    const group = own ?? this.#groupOf(entry);
    if (group === undefined) return;
    if (!groups.has(group)) for (const earlier of exposures) count(group, earlier);
    count(group, entry);
  }

  #ledgerOf(group: string): Ledger {
    const known = this.#groups.get(group);
    if (known) return known;
    const { spec, metricDefinitions, exclusions } = this.#experiment;
    const nothing = emptyTotals(spec.variants.map(({ key }) => key));
    const ledger = new Ledger(
      [{ ...nothing, maturedUntil: this.#maturedUntil }],
      metricDefinitions,
      exclusions,
    );
    this.#groups.set(group, ledger);
    return ledger;
  }

  write(): void {
    this.#units.write();
  }

  state(): GroupTotals {
    return [...this.#groups].map(([group, ledger]) => [
      group,
      this.#experiment.phases.map((_, phase) => ledger.totalsIn(phase)),
    ]);
  }
}
