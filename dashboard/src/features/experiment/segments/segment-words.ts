import type { SegmentResults, SegmentReversal } from "#model/analysis/segments.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { formatDifference, formatInterval } from "#reporter/metric-values.ts";

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
