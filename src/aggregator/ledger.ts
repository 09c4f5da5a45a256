import {
  emptyMoments,
  emptyVariantTotals,
  replaceContribution,
  type UnitContribution,
} from "../analyzer/moments.ts";
import type { MetricDefinition } from "../model/metric.ts";
import type { ExperimentTotals } from "../model/moments.ts";
import type { ExposureEntry, LogEntry, OutcomeEntry } from "./log-entry.ts";
import { newUnitState, type UnitState } from "./unit-state.ts";

/** Metrics that are sums over units; quantiles are computed from sketches instead. */
function isSummable(definition: MetricDefinition): boolean {
  return definition.type !== "quantile";
}

function cappedEventValue(definition: MetricDefinition, value: number): number {
  return definition.per === "event" && definition.cap !== undefined ? Math.min(definition.cap, value) : value;
}

/** What a unit contributes to a metric, from the sum and count of its values. */
function contributionOf(
  definition: MetricDefinition,
  [sum, count]: readonly [number, number],
): UnitContribution {
  if (definition.per === "event") return { y: sum, d: count };
  // One unit counts once: a proportion asks whether it ever happened, a mean takes the capped total.
  const limit = definition.type === "proportion" ? 1 : (definition.cap ?? Number.POSITIVE_INFINITY);
  return { y: Math.min(limit, sum), d: 1 };
}

/**
 * The rules by which log entries become totals. Pure: the aggregator runs them live, the rebuild runs them over the
 * stored log, and both arrive at the same totals.
 */
export class Ledger {
  readonly totals: ExperimentTotals;
  readonly #definitions: readonly MetricDefinition[];

  /** @param totals are changed in place */
  constructor(totals: ExperimentTotals, definitions: readonly MetricDefinition[]) {
    this.totals = totals;
    this.#definitions = definitions.filter(isSummable);
  }

  /**
   * Applies one entry.
   * @param unit the unit's state before, undefined when it is new; changed in place
   * @returns the unit's state after
   */
  apply(unit: UnitState | undefined, entry: LogEntry): UnitState {
    const state = this.#expose(unit, entry);
    if (entry.k === "outcome") this.#count(state, entry);
    return state;
  }

  #expose(unit: UnitState | undefined, entry: ExposureEntry | OutcomeEntry): UnitState {
    const { totals } = this;
    if (unit === undefined) {
      this.#variantTotals(entry.v).units += 1;
      totals.firstExposureAt = Math.min(totals.firstExposureAt ?? entry.t, entry.t);
      return newUnitState(entry.v);
    }
    if (!unit.x && unit.v !== entry.v) this.#crossOver(unit);
    return unit;
  }

  /** Takes everything the unit contributed back out: nobody can say which variant its outcomes belong to. */
  #crossOver(unit: UnitState): void {
    const totals = this.#variantTotals(unit.v);
    totals.units -= 1;
    for (const definition of this.#definitions) {
      const sums = unit.s[definition.key];
      const moments = totals.metrics[definition.key];
      if (sums && moments) {
        totals.metrics[definition.key] = replaceContribution(
          moments,
          contributionOf(definition, sums),
          undefined,
        );
      }
    }
    unit.x = true;
    this.totals.crossedOverUnits += 1;
  }

  #count(unit: UnitState, entry: OutcomeEntry): void {
    this.totals.events += 1;
    this.totals.lastEventAt = Math.max(this.totals.lastEventAt ?? entry.t, entry.t);
    const totals = this.#variantTotals(unit.v);
    for (const definition of this.#definitions) {
      const value = entry.m[definition.key];
      if (value === undefined) continue;
      const before = unit.s[definition.key];
      const after: [number, number] = [
        (before?.[0] ?? 0) + cappedEventValue(definition, value),
        (before?.[1] ?? 0) + 1,
      ];
      unit.s[definition.key] = after;
      if (unit.x) continue;
      totals.metrics[definition.key] = replaceContribution(
        totals.metrics[definition.key] ?? emptyMoments(),
        before && contributionOf(definition, before),
        contributionOf(definition, after),
      );
    }
  }

  #variantTotals(variant: string) {
    const existing = this.totals.variants[variant];
    if (existing) return existing;
    const created = emptyVariantTotals();
    this.totals.variants[variant] = created;
    return created;
  }
}
