import { MAXIMUM_CLOCK_SKEW_MILLISECONDS } from "../model/event.ts";
import type { InputIssue } from "../model/issue.ts";
import { loggedKeysOf } from "../model/metric.ts";
import type { RulesetExperiment } from "../model/ruleset.ts";

/** A request that an arm served may end after the traffic has: what happens within this still belongs to the arm. */
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
  { definitions }: Pick<RulesetExperiment, "definitions">,
): boolean {
  const concerned = definitions.filter((definition) =>
    loggedKeysOf(definition).some((key) => metrics?.[key] !== undefined),
  );
  return concerned.length > 0 && concerned.every(({ windowSeconds }) => windowSeconds !== undefined);
}

export type Traffic = { fault: InputIssue } | { mayExpose: boolean };

/**
 * Whether something may be booked to an arm that happened at this time: while an experiment is paused or has ended, its
 * units get the live version, and what they do says nothing of their arm. Outcomes whose metrics have a conversion window
 * still belong to an exposure from before.
 * @param at epoch milliseconds
 * @param metrics of an outcome
 */
export function checkTraffic(
  experiment: RulesetExperiment,
  at: number,
  metrics?: Readonly<Record<string, number>>,
): Traffic {
  const idle = idleStretchOf(experiment, at);
  if (idle === undefined) return { mayExpose: true };
  if (isWithinWindows(metrics, experiment)) return { mayExpose: false };
  const when = idle === "ended" ? "after the experiment had ended" : "while the experiment was paused";
  return {
    fault: {
      path: "/timestamp",
      code: idle === "ended" ? "after_end" : "during_pause",
      message: `this happened ${when}, when units got the live version: send the time at which the arm answered, or give the metric a conversion window`,
    },
  };
}
