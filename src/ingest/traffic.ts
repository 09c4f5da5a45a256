import { MAXIMUM_CLOCK_SKEW_MILLISECONDS } from "#contract/events.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { loggedKeysOf } from "#model/metric/metric.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { failure, ok, type Result } from "#shared/result.ts";

/**
 * A request that an arm served may end after the traffic has, and clients that evaluate for themselves go on until they renew
 * what they know: what happens within this still belongs to the arm.
 */
const GRACE_MILLISECONDS = MAXIMUM_CLOCK_SKEW_MILLISECONDS;

/** Stretches of time without traffic: while it was paused, and after its end. */
function idleStretchOf(
  { pauses = [], endedAt }: Pick<RulesetExperiment, "pauses" | "endedAt">,
  at: number,
): "paused" | "ended" | undefined {
  if (endedAt !== null && at > endedAt + GRACE_MILLISECONDS) return "ended";
  const isPaused = pauses.some(
    ({ from, until }) => at > from + GRACE_MILLISECONDS && (until === null || at < until),
  );
  return isPaused ? "paused" : undefined;
}

/** Whether all that an event says of the experiment's metrics is said of a time that the unit's exposure began. */
function isWithinWindows(
  metrics: Readonly<Record<string, number>> | undefined,
  { metricDefinitions }: Pick<RulesetExperiment, "metricDefinitions">,
): boolean {
  const concerned = metricDefinitions.filter((definition) =>
    loggedKeysOf(definition).some((key) => metrics?.[key] !== undefined),
  );
  return concerned.length > 0 && concerned.every(({ windowSeconds }) => windowSeconds !== undefined);
}

export type Traffic = Result<{ mayExpose: boolean }, InputIssue>;

const rejected = (path: string, code: string, what: string): Traffic =>
  failure({
    path,
    code,
    message: `${what}: send the time at which the arm answered, or give the metric a conversion window`,
  });

/**
 * Whether something may be booked to an arm that happened at this time: while an experiment is paused or has ended, its
 * units get the live version, and those of an arm that was switched off control's; what they do then says nothing of their
 * arm. Outcomes whose metrics have a conversion window still belong to an exposure from before.
 * @param variant the unit's, where it has one
 * @param at epoch milliseconds
 * @param metrics of an outcome
 */
export function checkTraffic(
  experiment: Pick<RulesetExperiment, "pauses" | "endedAt" | "metricDefinitions" | "switchedOffAt">,
  variant: string | undefined,
  at: number,
  metrics?: Readonly<Record<string, number>>,
): Traffic {
  const idle = idleStretchOf(experiment, at);
  const leftAt = variant === undefined ? undefined : experiment.switchedOffAt?.[variant];
  const hasLeft = leftAt !== undefined && at > leftAt + GRACE_MILLISECONDS;
  if (idle === undefined && !hasLeft) return ok({ mayExpose: true });
  if (isWithinWindows(metrics, experiment)) return ok({ mayExpose: false });
  if (idle === "ended") {
    return rejected(
      "/timestamp",
      "after_end",
      "this happened after the end, when units got the live version",
    );
  }
  if (idle === "paused") {
    return rejected(
      "/timestamp",
      "during_pause",
      "this happened in a pause, when units got the live version",
    );
  }
  const what = `this happened after '${variant}' was switched off, when its units got the version of control`;
  return rejected("/variant", "variant_switched_off", what);
}
