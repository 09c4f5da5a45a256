import { type DecisionInput, primaryOf } from "./checks/check.ts";

/** How the primary metric's conversion window stands. */
interface WindowStanding {
  /** Units over all variants whose window has passed; all of them where there is no window. */
  units: number;
  /** Units that are exposed and whose window has not passed. */
  waitingUnits: number;
  windowSeconds: number;
}

/** Limits count the units that can have shown the primary outcome: the others say nothing of it yet. */
export function windowStandingOf(input: DecisionInput): WindowStanding {
  const { units } = input.analysis;
  const primary = primaryOf(input);
  const windowSeconds = primary?.definition.windowSeconds;
  if (windowSeconds === undefined || !primary?.reporting) return { units, waitingUnits: 0, windowSeconds: 0 };
  const matured = primary.reporting.arms.reduce((sum, { exposed }) => sum + exposed, 0);
  return { units: matured, waitingUnits: Math.max(0, units - matured), windowSeconds };
}
