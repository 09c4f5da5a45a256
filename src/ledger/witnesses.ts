import { markOf } from "./fingerprint.ts";
import type { ObservedEntry } from "./log-entry.ts";
import type { UnitState } from "./unit-state.ts";

/** The log keeps a unit's exposure by so many different keys. */
const MAXIMUM_WITNESSES = 2;

type Origin = Pick<ObservedEntry, "key" | "signedBy">;

function witnessOf({ key, signedBy }: Origin): number | undefined {
  return key === undefined ? undefined : markOf(`${key}\n${signedBy ?? ""}`);
}

/** Whether the word of this key about a unit belongs in the log, though it says nothing new: another key may be quarantined. */
export function isNewWitness({ k = [] }: UnitState, origin: Origin): boolean {
  const witness = witnessOf(origin);
  return witness !== undefined && k.length < MAXIMUM_WITNESSES && !k.includes(witness);
}

/** Notes that an entry of the log tells of a unit. */
export function noteWitness(unit: UnitState, origin: Origin): void {
  const witness = witnessOf(origin);
  if (witness !== undefined && isNewWitness(unit, origin)) unit.k = [...(unit.k ?? []), witness];
}
