import { formatDuration } from "./durations.ts";
import { formatCount, formatPercent } from "./numbers.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** What an experiment will have when its maximum duration ends. */
interface Outlook {
  unitsPerDay: number;
  daysLeft: number;
  units: number;
  maximumUnits: number;
  /** In [0, 1]; null where the rule decides by something else than a proven difference. */
  power: number | null;
}

/** Why an experiment is expected to find nothing, and what can be done about it. @param coverage its share of units, in (0, 1] */
export function describeOutlook(
  { unitsPerDay, daysLeft, units, maximumUnits, power }: Outlook,
  coverage: number,
): string {
  const left = formatDuration(daysLeft * MILLISECONDS_PER_DAY);
  const course = `At the present ${formatCount(unitsPerDay)} units a day it will have ${formatCount(units)} of its ${formatCount(maximumUnits)} units when its maximum duration ends in ${left}.`;
  const meaning =
    power === null
      ? ""
      : ` What it would find in 80% of cases with all of them it then finds in ${formatPercent(power)}.`;
  const more =
    coverage < 1
      ? `Give it more traffic (its coverage is ${formatPercent(coverage)}), raise its maximum duration,`
      : "Raise its maximum duration,";
  return `${course}${meaning} ${more} or expect it to prove larger differences alone.`;
}
