import type { UnitState } from "#ledger/unit-state.ts";
import type { UnitHistory } from "./messages.ts";

/** The mean of every metric of units; those with multiple exposures and those that have shown nothing are left out. */
export function historyOf(units: ReadonlyMap<string, UnitState>): UnitHistory[] {
  return [...units].flatMap(([unit, { s, x }]) => {
    const means = Object.entries(s).flatMap(([metric, [sum, count]]) =>
      count === 0 ? [] : [[metric, sum / count] as const],
    );
    return x || means.length === 0 ? [] : [{ unit, means: Object.fromEntries(means) }];
  });
}
