import type { SegmentResults, SegmentReversal } from "#model/analysis/segments.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatCount, plural } from "#reporter/numbers.ts";

/** Which treatment does the opposite where, as a sentence. */
export function describeReversal(
  { property, overall }: SegmentResults,
  { metric, variant, value, segment, overall: whole }: SegmentReversal,
): string {
  const definition = overall.metrics.find((candidate) => candidate.metric === metric)?.definition;
  if (!definition) return `${metric}: ${variant} reverses where ${property} is ${value}.`;
  const words = ({ estimate, interval }: SegmentReversal["segment"]) => {
    const precision = ((interval.upper ?? estimate) - (interval.lower ?? estimate)) / 6;
    return `${formatDifference(definition, estimate, precision)}, ${formatInterval(definition, interval, precision)}`;
  };
  const judge = (estimate: number) => (estimate * improvementSign(definition) > 0 ? "better" : "worse");
  return `${definition.name}: where ${property} is ${value}, ${variant} is ${judge(segment.estimate)} than control (${words(segment)}), though overall it is ${judge(whole.estimate)} (${words(whole)}).`;
}

/** What is in no segment, and what is in several. */
export function describeRest({
  source,
  eventsWithoutProperty,
  unitsWithoutAttribute,
}: SegmentResults): string[] {
  const isOne = (source === "property" ? eventsWithoutProperty : unitsWithoutAttribute) === 1;
  const rest = `${isOne ? "is" : "are"} in the overall result but in no segment.`;
  if (source === "attribute") {
    return [
      unitsWithoutAttribute === 0
        ? "Every unit has the attribute."
        : `${plural(formatCount(unitsWithoutAttribute), "unit")} without the attribute ${rest}`,
      "A unit counts in the segment of its first assignment, with all of its events.",
    ];
  }
  return [
    eventsWithoutProperty === 0
      ? "Every event has the property."
      : `${plural(formatCount(eventsWithoutProperty), "event")} without the property ${rest}`,
    "A unit counts in every segment that one of its events belongs to.",
  ];
}
