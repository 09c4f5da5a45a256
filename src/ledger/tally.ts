import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { UnitState } from "./unit-state.ts";

/*
 * What of a unit was counted as an event, and not as a part of its metrics: so that all of it can be taken out of the totals
 * when the unit is erased.
 */

/** What is tallied in the phase that the unit counts in, by its place in the tally. */
const COUNTS = [
  "events",
  "late",
  "outsideWindow",
  "untrustedValues",
  "surplusEvents",
  "excludedEvents",
] as const;
type Tallied = (typeof COUNTS)[number];

/** What is counted besides, of which a unit's state tells in other ways. */
type Counted =
  | "returningUnits"
  | "returningEvents"
  | "surplusUnits"
  | "excludedUnits"
  | "multipleExposureUnits";

/** Behind these come the events in each other phase, in the order of those phases in the unit's state. */
const RETURNING = COUNTS.length;

function addAt(unit: UnitState, place: number, count: number): void {
  if (count === 0) return;
  while (unit.t.length < place) unit.t.push(0);
  unit.t[place] = (unit.t[place] ?? 0) + count;
}

/** Counts in the totals of a phase, and notes in the unit's state that it was this unit. */
export function tally(unit: UnitState, totals: ExperimentTotals, name: Tallied, count = 1): void {
  totals[name] += count;
  addAt(unit, COUNTS.indexOf(name), count);
}

/** The same for an event in a phase that the unit does not count in. @param phase one in which the unit was seen */
export function tallyReturning(unit: UnitState, totals: ExperimentTotals, phase: number): void {
  totals.returningEvents += 1;
  addAt(unit, RETURNING + (unit.r?.indexOf(phase) ?? 0), 1);
}

/**
 * Takes out of a count what a unit has added to it. What is more than the whole count was never added to it, as a damaged row may
 * have it: then the count stays, since totals with a negative one could not be read any more.
 */
export function withdraw(totals: ExperimentTotals, name: Tallied | Counted, count = 1): void {
  if (count <= totals[name]) totals[name] -= count;
}

/** Takes a unit's events out of the totals of the phase that it counts in. */
export function withdrawTally(unit: UnitState, totals: ExperimentTotals): void {
  for (const [place, name] of COUNTS.entries()) withdraw(totals, name, unit.t[place] ?? 0);
}

/** Takes a unit out of the totals of the phases that it was seen in and does not count in. */
export function withdrawReturns(unit: UnitState, totalsIn: (phase: number) => ExperimentTotals): void {
  for (const [index, phase] of (unit.r ?? []).entries()) {
    const totals = totalsIn(phase);
    withdraw(totals, "returningUnits");
    withdraw(totals, "returningEvents", unit.t[RETURNING + index] ?? 0);
  }
}
