import type { ExpectedCourseReply } from "#model/analysis/sample-size.ts";
import { formatCount } from "#reporter/numbers.ts";

/** How an experiment is expected to end if one thing is true. */
export type ExpectedEnd = ExpectedCourseReply["effect"];

/** Units on average, in a cell. */
export function unitsIn(end: ExpectedEnd | null): string {
  return end?.units == null ? "No end" : formatCount(end.units);
}

/** When an experiment with a maximum is expected to end. */
export function courseSentence({ maximumUnits, effect, none, harm }: ExpectedCourseReply): string {
  const harmful = harm ? `, ${unitsIn(harm)} with as much harm` : "";
  return `With a maximum of ${formatCount(maximumUnits ?? 0)} it takes on average ${unitsIn(effect)} units with the effect, ${unitsIn(none)} without any difference${harmful}.`;
}
