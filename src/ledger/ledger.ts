import { emptySketch, eventsIn, replaceHistogram, withValue } from "#analyzer/estimates/quantile-sketch.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { isExcluded, type Stretch } from "#model/experiment/exclusion.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { AdjustFor } from "#model/unit/adjustment.ts";
import { adjustersFrom } from "./adjusters.ts";
import { announcementAfter, announcementOf } from "./announcement.ts";
import { Contributions } from "./contributions.ts";
import { isWithinWindow } from "./conversion-window.ts";
import type { ErasureEntry, ExposureEntry, ObservedEntry, OutcomeEntry } from "./log-entry.ts";
import { cameByClientKey, countUntrusted, takesFrom, trustedCovariates } from "./metric-trust.ts";
import { observeMetric } from "./observe-metric.ts";
import { PhaseTotals } from "./phase-totals.ts";
import { isReturning } from "./returning.ts";
import { type Sketching, sketchedKeys } from "./sketching.ts";
import { tally, tallyReturning, withdraw, withdrawReturns, withdrawTally } from "./tally.ts";
import { contributionOf } from "./unit-contribution.ts";
import { newUnitState, type UnitState, withSightings } from "./unit-state.ts";

const NOTHING = [0, 0] as const;

/** Metrics that are sums over units; quantiles are computed from sketches instead. */
function isSummable(definition: MetricDefinition): boolean {
  return definition.type !== "quantile";
}

/** Whether a unit has had as many events with a metric as enter it. */
function isFull({ key, maximumEventsPerUnit }: MetricDefinition, unit: UnitState): boolean {
  return maximumEventsPerUnit !== undefined && (unit.s[key]?.[1] ?? 0) >= maximumEventsPerUnit;
}

/**
 * The rules by which log entries become totals. Pure: the aggregator runs them live, the rebuild runs them over the
 * stored log, and both arrive at the same totals.
 */
export class Ledger {
  readonly #totals: PhaseTotals;
  readonly #all: readonly MetricDefinition[];
  readonly #definitions: readonly MetricDefinition[];
  readonly #contributions: Contributions;
  readonly #sketched: ReadonlyMap<string, Sketching>;
  readonly #exclusions: readonly Stretch[];
  readonly #adjustFor: AdjustFor | undefined;

  /**
   * @param phases totals by phase, one at least; changed in place, and more are added as entries name them. Windows that
   *   have passed by the first one's `maturedUntil` count at once
   * @param exclusions stretches of time in which nothing counts
   */
  constructor(
    phases: ExperimentTotals[],
    metricDefinitions: readonly MetricDefinition[],
    exclusions: readonly Stretch[] = [],
  ) {
    this.#totals = new PhaseTotals(phases);
    this.#all = metricDefinitions;
    this.#exclusions = exclusions;
    // The same for all metrics of an experiment.
    this.#adjustFor = metricDefinitions.find(({ adjustFor }) => adjustFor)?.adjustFor;
    this.#definitions = metricDefinitions.filter(isSummable);
    this.#contributions = new Contributions(this.#totals, this.#definitions);
    this.#sketched = sketchedKeys(metricDefinitions);
  }

  /**
   * Applies what was observed of a unit.
   * @param unit the unit's state before, undefined when it is new; changed in place
   * @returns the unit's state after
   */
  apply(unit: UnitState | undefined, entry: ObservedEntry): UnitState {
    if (isReturning(unit, entry)) return this.#noteReturn(unit, entry);
    if (unit?.l === true || isExcluded(entry.at, this.#exclusions)) return this.#leaveOut(unit, entry);
    const state = this.#expose(unit, entry);
    if (entry.kind === "exposure") {
      this.#noteAnnouncement(state, entry);
      this.#takeCovariates(state, entry);
    } else this.#count(state, entry);
    return state;
  }

  /**
   * Takes a unit out of all totals, as if it had never been seen. When the first exposure and the last event happened stays.
   * @param unit the unit's state, which is to be forgotten; undefined when it is not known, as where the log has forgotten it
   */
  erase(unit: UnitState | undefined, { phase = 0, wasCounted }: ErasureEntry): void {
    if (wasCounted) this.#totals.in(phase).erasedUnits += 1;
    if (!unit) return;
    withdrawReturns(unit, (other) => this.#totals.in(other));
    if (unit.n) return;
    const totals = this.#totals.of(unit);
    withdrawTally(unit, totals);
    if (unit.h) withdraw(totals, "surplusUnits");
    if (unit.l) withdraw(totals, "excludedUnits");
    else if (unit.x) withdraw(totals, "multipleExposureUnits");
    else this.#contributions.withdraw(unit);
  }

  /** The totals by phase of weights. */
  get phases(): readonly ExperimentTotals[] {
    return this.#totals.phases;
  }

  /** What may have changed of them since the caller last emptied these. */
  get changed(): PhaseTotals["changed"] {
    return this.#totals.changed;
  }

  /** The totals of a phase as they are now. @param phase its number, from 0 up */
  totalsIn(phase: number): ExperimentTotals {
    this.#totals.in(phase);
    return this.#totals.phases[phase] ?? this.#totals.in(phase);
  }

  /** Counts what leaves no trace in the log. */
  note(what: "duplicates" | "rejected" | "lateCovariates", phase: number, count = 1): void {
    this.#totals.in(phase)[what] += count;
  }

  /**
   * Lets units enter the metrics whose windows have passed since the last time.
   * @param units those whose windows have ended since then, at least; their states stay as they are
   * @param until epoch milliseconds
   * @returns whether any has entered
   */
  mature(units: Iterable<UnitState>, until: number): boolean {
    const from = this.#totals.maturedUntil ?? Number.NEGATIVE_INFINITY;
    if (until <= from) return false;
    this.#totals.maturedUntil = until;
    if (!this.#contributions.hasWindows) return false;
    let hasEntered = false;
    for (const unit of units) {
      const entering = this.#contributions.enteringBetween(unit, from, until);
      if (unit.x || unit.n || unit.l || entering.length === 0) continue;
      hasEntered = true;
      this.#contributions.enter(unit, entering);
    }
    return hasEntered;
  }

  /** Those covariates of an exposure that the metrics take. */
  covariatesOf(
    exposure: Pick<ExposureEntry, "vouchedBy" | "covariates" | "fromHistory">,
  ): Record<string, number> {
    return trustedCovariates(this.#all, exposure);
  }

  #expose(unit: UnitState | undefined, entry: ObservedEntry): UnitState {
    // One that was seen in other phases only, before its own entry was read, keeps that it was.
    if (unit === undefined || unit.n) {
      const { phase = 0 } = entry;
      const created = newUnitState(entry.variant, {
        phase,
        ...(this.#contributions.hasWindows && { exposedAt: entry.at }),
      });
      const totals = this.#totals.in(phase);
      totals.firstExposureAt = Math.min(totals.firstExposureAt ?? entry.at, entry.at);
      this.#contributions.begin(created);
      return withSightings(created, unit);
    }
    if (!unit.x && unit.v !== entry.variant) this.#excludeUnit(unit);
    return unit;
  }

  /** A unit that was first seen in an excluded stretch stays out for good: later it would be no fresh unit. */
  #leaveOut(unit: UnitState | undefined, entry: ObservedEntry): UnitState {
    const { phase = 0 } = entry;
    const totals = this.#totals.in(phase);
    let state = unit;
    if (!state || state.n) {
      totals.excludedUnits += 1;
      state = withSightings({ ...newUnitState(entry.variant, { phase }), l: true }, state);
    }
    if (entry.kind === "outcome") tally(state, totals, "excludedEvents");
    return state;
  }

  /** The unit's arm in a later phase may owe something to its own outcomes in the phase that it counts in. */
  #noteReturn(unit: UnitState | undefined, entry: ObservedEntry): UnitState {
    const { phase = 0 } = entry;
    const totals = this.#totals.in(phase);
    const state: UnitState = unit ?? { ...newUnitState(entry.variant), n: true };
    if (!state.r?.includes(phase)) {
      state.r = [...(state.r ?? []), phase];
      totals.returningUnits += 1;
    }
    if (entry.kind === "outcome") {
      tallyReturning(state, totals, phase);
      totals.lastEventAt = Math.max(totals.lastEventAt ?? entry.at, entry.at);
    }
    return state;
  }

  /** The first covariates stay: later ones may already know of the experiment. */
  #takeCovariates(unit: UnitState, exposure: ExposureEntry): void {
    tally(unit, this.#totals.of(unit), "untrustedValues", countUntrusted(this.#all, exposure));
    const known = { ...this.covariatesOf(exposure), ...this.#adjustersFrom(exposure) };
    if (Object.keys(known).length === 0 || unit.c) return;
    const before = this.#contributions.of(unit);
    unit.c = known;
    if (!unit.x) this.#contributions.move(unit, before, this.#contributions.of(unit));
  }

  #adjustersFrom(exposure: ExposureEntry): Record<string, number> {
    const { attributes } = exposure;
    return this.#adjustFor && attributes
      ? adjustersFrom(this.#adjustFor, attributes, cameByClientKey(exposure))
      : {};
  }

  /** Takes out all that the unit contributed: nobody can say which variant its outcomes belong to. */
  #excludeUnit(unit: UnitState): void {
    this.#contributions.withdraw(unit);
    unit.x = true;
    this.#totals.of(unit).multipleExposureUnits += 1;
  }

  #count(unit: UnitState, entry: OutcomeEntry): void {
    const totals = this.#totals.of(unit);
    tally(unit, totals, "events");
    if (!unit.o) this.#noteAnnouncement(unit, entry);
    this.#noteResponse(unit);
    if (entry.isLate) tally(unit, totals, "late");
    totals.lastEventAt = Math.max(totals.lastEventAt ?? entry.at, entry.at);
    tally(unit, totals, "untrustedValues", countUntrusted(this.#all, entry));
    let hasSurplus = false;
    for (const definition of this.#definitions) {
      const addition = takesFrom(definition, entry) ? observeMetric(definition, entry) : undefined;
      if (!addition) continue;
      if (!isWithinWindow(definition, unit, entry.at)) tally(unit, totals, "outsideWindow");
      else if (isFull(definition, unit)) hasSurplus = true;
      else this.#addTo(unit, definition, addition);
    }
    if (hasSurplus) this.#noteSurplus(unit);
    for (const [key, { limit, trust }] of this.#sketched) {
      const value = takesFrom({ trust }, entry) ? entry.metrics[key] : undefined;
      if (value !== undefined && eventsIn(unit.q?.[key]) < limit) this.#sketch(unit, key, value);
    }
  }

  /** Adds to a unit's sum and count of a metric, and to the totals what that changes. */
  #addTo(unit: UnitState, definition: MetricDefinition, [value, events]: readonly [number, number]): void {
    const { key } = definition;
    const hasEntered = !unit.x && this.#contributions.hasPassed(definition, unit);
    const before = hasEntered ? contributionOf(definition, unit) : undefined;
    const [sum, count] = unit.s[key] ?? NOTHING;
    unit.s[key] = [sum + value, count + events];
    if (hasEntered) this.#totals.momentsOf(unit, key).replace(before, contributionOf(definition, unit));
  }

  #noteSurplus(unit: UnitState): void {
    const totals = this.#totals.of(unit);
    tally(unit, totals, "surplusEvents");
    if (!unit.h) totals.surplusUnits += 1;
    unit.h = true;
  }

  /** Counts units whose exposure was received before any outcome, in whatever order both arrive here. */
  #noteAnnouncement(unit: UnitState, entry: ExposureEntry | OutcomeEntry): void {
    const before = announcementOf(unit);
    const after = announcementAfter(before, entry);
    unit.g = after.exposedAt;
    unit.f = after.respondedAt;
    const change = Number(after.exposedAt !== undefined) - Number(before.exposedAt !== undefined);
    const totals = this.#totals.variantOf(unit);
    if (!unit.x && totals.announced !== undefined) totals.announced += change;
  }

  #noteResponse(unit: UnitState): void {
    const totals = unit.o || unit.x ? undefined : this.#totals.variantOf(unit);
    if (totals?.responding !== undefined) totals.responding += 1;
    unit.o = true;
  }

  #sketch(unit: UnitState, key: string, value: number): void {
    const before = unit.q?.[key];
    const after = withValue(before ?? [], value);
    unit.q = { ...unit.q, [key]: after };
    if (unit.x) return;
    const { sketches } = this.#totals.variantOf(unit);
    const sketch = sketches[key] ?? emptySketch();
    sketches[key] = sketch;
    replaceHistogram(sketch, before, after);
    this.#totals.changed.sketches.add(sketch);
  }
}
