import { isHandle, NO_RUN } from "../../../src/model/unit/handle.ts";
import type { Metrics } from "../types.ts";

/** What a handle names. */
export interface RunIdentity {
  id: string;
  experiment: string;
  unit: string;
  variant: string;
  phase: number;
}

/** @returns false for a run outside any experiment @throws when it is no handle */
export function namesRun(handle: string): boolean {
  if (handle === NO_RUN) return false;
  if (!isHandle(handle)) throw new TypeError("not a handle");
  return true;
}

/** The end of a handle is its run's own: a part of what authenticates it. */
const OWN_CHARACTERS = 22;

/** The same metrics of the same run, said twice, count once. */
export function feedbackIdentifier(handle: string, metrics: Metrics): string {
  let hash = 0;
  // Sharing the hash of other files would take the main entry apart.
  for (const character of Object.keys(metrics).sort().join()) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return `${handle.slice(-OWN_CHARACTERS)}-${(hash >>> 0).toString(36)}`;
}
