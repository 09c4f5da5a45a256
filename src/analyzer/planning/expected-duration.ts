import type { ExperimentTotals } from "#model/analysis/moments.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** What the first minutes bring says nothing of a day. */
const SHORTEST_OBSERVATION_DAYS = 1 / 24;

/** How fast units arrive. */
export interface Traffic {
  unitsPerDay: number;
  /** The time that the rate was observed over, in days. */
  observedDays: number;
}

/**
 * Units per day since the first exposure, over all variants. Counts pauses as time: what it was, not what it could be.
 * @param until epoch milliseconds: now, or when the experiment ended
 * @returns undefined without units, and within the first hour
 */
export function observedTraffic(totals: ExperimentTotals, until: number): Traffic | undefined {
  const units = Object.values(totals.variants).reduce((sum, variant) => sum + variant.units, 0);
  const observedDays = (until - (totals.firstExposureAt ?? until)) / MILLISECONDS_PER_DAY;
  return units > 0 && observedDays >= SHORTEST_OBSERVATION_DAYS
    ? { unitsPerDay: units / observedDays, observedDays }
    : undefined;
}

/** Days until all units of both arms have arrived. @param unitsPerDay of both arms, > 0 */
export function expectedDays(
  { controlUnits, treatmentUnits }: { controlUnits: number; treatmentUnits: number },
  unitsPerDay: number,
): number {
  return (controlUnits + treatmentUnits) / unitsPerDay;
}
