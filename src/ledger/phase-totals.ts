import { emptyTotals, emptyVariantTotals } from "#analyzer/estimates/moments.ts";
import type { ExperimentTotals, QuantileSketch, VariantTotals } from "#model/analysis/moments.ts";
import type { UnitState } from "./unit-state.ts";

/** The totals of every phase of weights. A unit counts in the phase in which it was first seen. */
export class PhaseTotals {
  readonly phases: ExperimentTotals[];
  /** What may have changed since the caller last emptied these. Sketches are changed in place; moments are replaced. */
  readonly changed = { phases: new Set<number>(), sketches: new Set<QuantileSketch>() };

  /** @param phases one at least; changed in place, and more are added as they are asked for */
  constructor(phases: ExperimentTotals[]) {
    this.phases = phases;
  }

  /** Up to when conversion windows have passed, epoch milliseconds: the same in all phases. */
  get maturedUntil(): number | null {
    return this.phases[0]?.maturedUntil ?? null;
  }

  set maturedUntil(until: number) {
    for (const totals of this.phases) totals.maturedUntil = until;
    this.changed.phases.add(0);
  }

  /** The totals of a phase, to be changed. @param phase its number, from 0 up */
  in(phase: number): ExperimentTotals {
    while (this.phases.length <= phase) {
      const variants = Object.keys(this.phases[0]?.variants ?? {});
      this.phases.push({ ...emptyTotals(variants), maturedUntil: this.maturedUntil });
    }
    const totals = this.phases[phase];
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
}
