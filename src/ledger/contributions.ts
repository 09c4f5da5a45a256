import { replaceHistogram } from "#analyzer/estimates/quantile-sketch.ts";
import type { UnitContribution } from "#analyzer/estimates/unit-contribution.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { windowEndOf, windowedMetrics } from "./conversion-window.ts";
import type { PhaseTotals } from "./phase-totals.ts";
import { contributionOf } from "./unit-contribution.ts";
import type { UnitState } from "./unit-state.ts";

/** Contributions by metric. */
type ByMetric = ReadonlyMap<string, UnitContribution>;

/** What units add to the totals of metrics, as far as their conversion windows have passed. */
export class Contributions {
  readonly #totals: PhaseTotals;
  readonly #definitions: readonly MetricDefinition[];
  readonly #windowed: readonly MetricDefinition[];

  /** @param definitions metrics that are sums over units */
  constructor(totals: PhaseTotals, definitions: readonly MetricDefinition[]) {
    this.#totals = totals;
    this.#definitions = definitions;
    this.#windowed = windowedMetrics(definitions);
  }

  /** Whether any metric has a conversion window. */
  get hasWindows(): boolean {
    return this.#windowed.length > 0;
  }

  /** Whether a unit's window of a metric has passed; there being none is the same. */
  hasPassed(definition: MetricDefinition, unit: UnitState): boolean {
    return windowEndOf(definition, unit) <= (this.#totals.maturedUntil ?? Number.NEGATIVE_INFINITY);
  }

  /** The metrics whose windows end for a unit after one time and up to another, epoch milliseconds. */
  enteringBetween(unit: UnitState, from: number, until: number): MetricDefinition[] {
    return this.#windowed.filter((definition) => {
      const end = windowEndOf(definition, unit);
      return end > from && end <= until;
    });
  }

  /** What a unit adds to these metrics; to all of them by default. */
  of(unit: UnitState, metricDefinitions = this.#definitions): Map<string, UnitContribution> {
    const contributions = new Map<string, UnitContribution>();
    for (const definition of metricDefinitions) {
      const contribution = this.hasPassed(definition, unit) ? contributionOf(definition, unit) : undefined;
      if (contribution) contributions.set(definition.key, contribution);
    }
    return contributions;
  }

  /** Moves the totals by what a unit adds now minus what it added before. */
  move(unit: UnitState, before: ByMetric, after: ByMetric): void {
    for (const key of new Set([...before.keys(), ...after.keys()]))
      this.#totals.momentsOf(unit, key).replace(before.get(key), after.get(key));
  }

  /** Lets a unit enter metrics whose windows have passed. */
  enter(unit: UnitState, metricDefinitions: readonly MetricDefinition[]): void {
    this.#countMatured(unit, metricDefinitions, 1);
    this.move(unit, new Map(), this.of(unit, metricDefinitions));
  }

  /** Counts a unit that is new in the metrics whose windows have passed already. */
  begin(unit: UnitState): void {
    this.#totals.variantOf(unit).units += 1;
    this.#countMatured(unit, this.#enteredBy(unit), 1);
  }

  /** Takes all that a unit has added to its variant out of it again. */
  withdraw(unit: UnitState): void {
    const totals = this.#totals.variantOf(unit);
    totals.units -= 1;
    if (unit.o && totals.responding !== undefined) totals.responding -= 1;
    if (unit.g !== undefined && totals.announced !== undefined) totals.announced -= 1;
    this.#countMatured(unit, this.#enteredBy(unit), -1);
    this.move(unit, this.of(unit), new Map());
    for (const [key, histogram] of Object.entries(unit.q ?? {})) {
      const sketch = totals.sketches[key];
      if (!sketch) continue;
      replaceHistogram(sketch, histogram, undefined);
      this.#totals.changed.sketches.add(sketch);
    }
  }

  #enteredBy(unit: UnitState): MetricDefinition[] {
    return this.#windowed.filter((definition) => this.hasPassed(definition, unit));
  }

  #countMatured(unit: UnitState, metricDefinitions: readonly MetricDefinition[], change: 1 | -1): void {
    const { matured } = this.#totals.variantOf(unit);
    for (const { key } of metricDefinitions) {
      const units = (matured[key] ?? 0) + change;
      // Totals from before that was counted lack some units, which are not taken out then.
      if (units >= 0) matured[key] = units;
    }
  }
}
