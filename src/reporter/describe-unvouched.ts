import type { UnvouchedEvidence } from "#model/analysis/results.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatDifference } from "./metric-values.ts";
import { formatCount, plural } from "./numbers.ts";

/** What nobody vouches for, as a sentence: `412 unvouched events of 130 units: +1.25 pp, not used.` */
export function describeUnvouched(
  { events, units, rejected, comparisons }: Omit<UnvouchedEvidence, "summary">,
  definition: MetricDefinition | undefined,
): string {
  const count = (value: number, noun: string) => plural(formatCount(value), noun);
  const differences = comparisons.flatMap(({ variant, estimate }) =>
    estimate === null || !definition
      ? []
      : [[variant, formatDifference(definition, estimate, null)] as const],
  );
  const texts = differences.map(([variant, difference]) =>
    differences.length === 1 ? difference : `${variant} ${difference}`,
  );
  const refused = rejected === 0 ? "" : `, ${formatCount(rejected)} refused`;
  const comparisonText = texts.length === 0 ? "" : `: ${texts.join(", ")}`;
  return `${count(events, "unvouched event")} of ${count(units, "unit")}${refused}${comparisonText}, not used.`;
}
