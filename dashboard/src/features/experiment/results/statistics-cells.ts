import { unavailableWords } from "#dashboard/format/words.ts";
import type { Comparison, Difference, Unavailable } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { exactInterval, exactValue, formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatExact, formatPValue } from "#reporter/numbers.ts";

/** One number as it is shown and with all its digits; `exact` is null for words. */
export interface StatisticsCell {
  text: string;
  exact: string | null;
}

/** One line of a metric's statistics: what the number is, what it says, and its value for every treatment. */
export interface StatisticsRow {
  name: string;
  about: string;
  cells: readonly StatisticsCell[];
}

export interface ReadingGroup {
  title: string;
  about: string;
  readings: readonly StatisticsRow[];
}

export type Corrected = NonNullable<Difference["corrected"]>;

type Choose<Available> = (comparison: Comparison) => Available | Unavailable | null;

/** Those who open the statistics want one digit more than the tables show. */
export const FINER = 10;

export const NOT_APPLICABLE: StatisticsCell = { text: "—", exact: null };

/** One cell per treatment; where there is no number, the reason in words. */
export function cellsOf<Available extends { status: "ok" }>(
  comparisons: readonly Comparison[],
  pick: Choose<Available>,
  show: (statistic: Available) => StatisticsCell,
): StatisticsCell[] {
  return comparisons.map((comparison) => {
    const statistic = pick(comparison);
    if (statistic === null) return NOT_APPLICABLE;
    return statistic.status === "ok"
      ? show(statistic)
      : { text: unavailableWords[statistic.reason], exact: null };
  });
}

export const pValueCell = (pValue: number): StatisticsCell => ({
  text: formatPValue(pValue),
  exact: `p = ${formatExact(pValue)}`,
});

/** The readings that every kind of difference has, for each treatment. */
export function differenceReadings(
  definition: MetricDefinition,
  comparisons: readonly Comparison[],
  pick: Choose<Difference>,
  confidence: string,
) {
  const reading = (
    name: string,
    about: string,
    show: (difference: Difference) => StatisticsCell,
  ): StatisticsRow => ({
    name,
    about,
    cells: cellsOf(comparisons, pick, show),
  });
  const intervalCell = (interval: Interval, precision: number): StatisticsCell => ({
    text: formatInterval(definition, interval, precision / FINER),
    exact: exactInterval(interval),
  });
  return {
    reading,
    intervalCell,
    estimate: reading("Difference", "Treatment minus control.", ({ estimate, standardError }) => ({
      text: formatDifference(definition, estimate, standardError / FINER),
      exact: exactValue(definition, estimate),
    })),
    alwaysValid: [
      reading(
        `${confidence} interval, always valid`,
        "Valid however often you check. Used in decisions.",
        (difference) => intervalCell(difference.alwaysValid.interval, difference.standardError),
      ),
      reading(
        "p-value, always valid",
        "How unlikely the data are if there is no difference. Valid however often you check.",
        (difference) => pValueCell(difference.alwaysValid.pValue),
      ),
    ],
    oneLook: [
      reading(
        `${confidence} interval, fixed horizon`,
        "Valid only for a single analysis planned in advance.",
        (difference) => intervalCell(difference.interval, difference.standardError),
      ),
      reading("p-value, fixed horizon", "Too small if you check more than once.", (difference) =>
        pValueCell(difference.pValue),
      ),
    ],
  };
}
