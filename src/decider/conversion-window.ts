import { type DecisionInput, primaryOf } from "./checks/check.ts";

/** How the primary metric's conversion window stands. */
interface WindowStanding {
  /** Units over all variants whose window has passed; all of them where there is no window. */
  units: number;
  /** Units that are exposed and whose window has not passed. */
  waitingUnits: number;
  windowSeconds: number;
}

/** Units of one variant whose window has passed; all of them where there is no window. */
export function maturedUnitsOf(input: DecisionInput, variant: string): number {
  const primary = primaryOf(input);
  const isOfVariant = (arm: { variant: string }) => arm.variant === variant;
  return primary?.definition.windowSeconds !== undefined && primary.reporting
    ? (primary.reporting.arms.find(isOfVariant)?.exposed ?? 0)
    : (input.analysis.sampleRatio.observed.find(isOfVariant)?.units ?? 0);
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
