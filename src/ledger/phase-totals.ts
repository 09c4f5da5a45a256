import { emptyMoments, emptyTotals, emptyVariantTotals } from "#analyzer/estimates/moments.ts";
import { RunningMoments } from "#analyzer/estimates/running-moments.ts";
import type { ExperimentTotals, QuantileSketch, VariantTotals } from "#model/analysis/moments.ts";
import type { UnitState } from "./unit-state.ts";

/** The totals of every phase of weights. A unit counts in the phase in which it was first seen. */
export class PhaseTotals {
  readonly #phases: ExperimentTotals[];
  /** Moments that are being counted, which the totals do not show before somebody asks. */
  readonly #running = new Map<VariantTotals, Map<string, RunningMoments>>();
  /** What may have changed since the caller last emptied these. Sketches are changed in place; moments are replaced. */
  readonly changed = { phases: new Set<number>(), sketches: new Set<QuantileSketch>() };

  /** @param phases one at least; changed in place, and more are added as they are asked for */
  constructor(phases: ExperimentTotals[]) {
    this.#phases = phases;
  }

  /** By phase, with all that was counted. */
  get phases(): ExperimentTotals[] {
    for (const [{ metrics }, all] of this.#running)
      for (const [key, running] of all) metrics[key] = running.moments;
    return this.#phases;
  }

  /** Up to when conversion windows have passed, epoch milliseconds: the same in all phases. */
  get maturedUntil(): number | null {
    return this.#phases[0]?.maturedUntil ?? null;
  }

  set maturedUntil(until: number) {
    for (const totals of this.#phases) totals.maturedUntil = until;
    this.changed.phases.add(0);
  }

  /** The totals of a phase, to be changed. @param phase its number, from 0 up */
  in(phase: number): ExperimentTotals {
    while (this.#phases.length <= phase) {
      const variants = Object.keys(this.#phases[0]?.variants ?? {});
      this.#phases.push({ ...emptyTotals(variants), maturedUntil: this.maturedUntil });
    }
    const totals = this.#phases[phase];
    if (!totals) throw new RangeError(`there is no phase ${phase}`);
    this.changed.phases.add(phase);
    return totals;
  }

  /** The totals that a unit counts in, to be changed. */
  of({ p: phase = 0 }: UnitState): ExperimentTotals {
    return this.in(phase);
  }

  /** Of these, its variant's. */
  variantOf(unit: UnitState): VariantTotals {
    const { variants } = this.of(unit);
    const existing = variants[unit.v];
    if (existing) return existing;
    const created = emptyVariantTotals();
    variants[unit.v] = created;
    return created;
  }

  /** The moments of a metric that a unit contributes to, to be changed. */
  momentsOf(unit: UnitState, key: string): RunningMoments {
    const variant = this.variantOf(unit);
    let all = this.#running.get(variant);
    if (!all) {
      all = new Map();
      this.#running.set(variant, all);
    }
    let running = all.get(key);
    if (!running) {
      running = new RunningMoments(variant.metrics[key] ?? emptyMoments());
      all.set(key, running);
    }
    return running;
  }
}
