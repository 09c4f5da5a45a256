import type { RunningChange } from "#contract/running-change.ts";
import type { ExperimentSpec, Margin } from "#model/experiment/experiment.ts";
import { type InputIssue, toPointer } from "#shared/input-issue.ts";

const issue = (path: readonly PropertyKey[], code: string, message: string): InputIssue => ({
  path: toPointer(path),
  code,
  message,
});

function withMargin(spec: ExperimentSpec, wanted: string, margin: Margin): ExperimentSpec {
  const metrics = spec.metrics.map((metric) => (metric.metric === wanted ? { ...metric, margin } : metric));
  return { ...spec, metrics };
}

/** A bound holds for every margin at once, so that a smaller one may be judged by what was seen; a larger one lets harm pass. */
function* checkMargins(spec: ExperimentSpec, margins: NonNullable<RunningChange["margins"]>) {
  for (const [key, margin] of Object.entries(margins)) {
    const before = spec.metrics.find(({ metric }) => metric === key)?.margin;
    const path = ["margins", key];
    if (!before) yield issue(path, "no_margin", "no metric of the experiment with this key has a margin");
    else if (before.kind !== margin.kind)
      yield issue(path, "margin_of_another_kind", `its margin is ${before.kind}, and stays so`);
    else if (margin.value > before.value)
      yield issue(
        path,
        "margin_may_only_shrink",
        `more than ${before.value} would let harm pass that the experiment was started to see`,
      );
  }
}

/**
 * Minima may grow, as they only hold promotions back. One that is smaller would promote what has been seen to lead. Without a
 * maximum of units, intervals against harm are tuned for the minimum, so that it stays below the planned units.
 */
function* checkLimits(spec: ExperimentSpec, change: RunningChange): Generator<InputIssue> {
  const { minimumUnits, minimumDurationSeconds } = change;
  const maximumDuration = change.maximumDurationSeconds ?? spec.maximumDurationSeconds;
  const duration = minimumDurationSeconds ?? spec.minimumDurationSeconds;
  if (minimumUnits !== undefined && minimumUnits < spec.minimumUnits)
    yield issue(
      ["minimumUnits"],
      "minimum_may_only_grow",
      `fewer than ${spec.minimumUnits} would promote early what has been seen to lead`,
    );
  if (minimumUnits !== undefined && minimumUnits > (spec.maximumUnits ?? Number.POSITIVE_INFINITY))
    yield issue(
      ["minimumUnits"],
      "maximum_below_minimum",
      `the experiment ends at ${spec.maximumUnits} units`,
    );
  if (
    minimumUnits !== undefined &&
    minimumUnits !== spec.minimumUnits &&
    spec.horizon === "open" &&
    spec.minimumUnits < spec.plannedUnits
  )
    yield issue(
      ["minimumUnits"],
      "minimum_tunes_intervals",
      "without a maximum of units the intervals against harm are tuned for the minimum, and all looks so far have used it",
    );
  if (minimumDurationSeconds !== undefined && minimumDurationSeconds < spec.minimumDurationSeconds)
    yield issue(
      ["minimumDurationSeconds"],
      "minimum_may_only_grow",
      `less than ${spec.minimumDurationSeconds} s would promote early what has been seen to lead`,
    );
  if (maximumDuration !== undefined && maximumDuration < duration)
    yield issue(
      [minimumDurationSeconds === undefined ? "maximumDurationSeconds" : "minimumDurationSeconds"],
      "maximum_below_minimum",
      "the longest duration is shorter than the shortest one",
    );
}

/** Why rules of a running experiment may not change as asked. */
export function checkRules(spec: ExperimentSpec, change: RunningChange): InputIssue[] {
  return [...checkMargins(spec, change.margins ?? {}), ...checkLimits(spec, change)];
}

/** The experiment with its new rules. */
export function withRules(
  spec: ExperimentSpec,
  { margins = {}, minimumUnits, minimumDurationSeconds, maximumDurationSeconds }: RunningChange,
): ExperimentSpec {
  const tightened = Object.entries(margins).reduce(
    (before, [key, margin]) => withMargin(before, key, margin),
    spec,
  );
  return {
    ...tightened,
    ...(minimumUnits !== undefined && { minimumUnits }),
    ...(minimumDurationSeconds !== undefined && { minimumDurationSeconds }),
    ...(maximumDurationSeconds !== undefined && { maximumDurationSeconds }),
  };
}
