import type { ObservedEntry } from "./log-entry.ts";
import type { UnitState } from "./unit-state.ts";

/** Whether an entry is of another phase than the one that its unit counts in. @param unit its state before, if it has one */
export function isReturning(unit: UnitState | undefined, entry: ObservedEntry): boolean {
  if (unit === undefined || unit.n) return entry.isReturning === true;
  return (unit.p ?? 0) !== (entry.phase ?? 0);
}
