import type { Analysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatCount, plural } from "./numbers.ts";

const count = (value: number, noun: string) => plural(formatCount(value), noun);

/** What was logged and enters no average, as sentences; none where there is nothing of it. */
export function describeLeftOut(
  {
    untrustedValues,
    surplusEvents,
    surplusUnits,
    returningUnits,
    returningEvents,
    excludedUnits,
    excludedEvents,
    erasedUnits,
  }: Pick<
    Analysis,
    | "untrustedValues"
    | "surplusEvents"
    | "surplusUnits"
    | "returningUnits"
    | "returningEvents"
    | "excludedUnits"
    | "excludedEvents"
    | "erasedUnits"
  >,
  { maximumEventsPerUnit }: Pick<ExperimentSpec, "maximumEventsPerUnit">,
): string[] {
  const limit =
    maximumEventsPerUnit === null
      ? "limit per unit"
      : `limit of ${formatCount(maximumEventsPerUnit)} per unit`;
  return [
    ...(untrustedValues === 0
      ? []
      : [
          `${count(untrustedValues, "value")} by client keys of metrics that take server keys alone: not used.`,
        ]),
    ...(surplusEvents === 0
      ? []
      : [
          `${count(surplusEvents, "event")} of ${count(surplusUnits, "unit")} beyond the ${limit}: not used.`,
        ]),
    ...(returningUnits === 0
      ? []
      : [
          `${count(returningEvents, "event")} of ${count(returningUnits, "returning unit")}: not used, since a unit counts in the phase of weights that first saw it.`,
        ]),
    ...(excludedUnits + excludedEvents === 0
      ? []
      : [
          `${count(excludedUnits, "unit")} and ${count(excludedEvents, "event")} of excluded stretches of time: not used.`,
        ]),
    ...(erasedUnits === 0 ? [] : [`${count(erasedUnits, "unit")} erased on request: counted nowhere.`]),
  ];
}
