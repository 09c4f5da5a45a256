import type { Services } from "#aggregator/services.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { MAXIMUM_EXCLUSIONS, type Stretch } from "#model/experiment/exclusion.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { changeExperiment } from "#store/experiments.ts";
import { pendingRebuild } from "./pending-rebuild.ts";
import { tryRebuild } from "./rebuild-experiment.ts";

function findIssue({ from, until }: Stretch, now: number): InputIssue | undefined {
  if (until <= from)
    return { path: "/until", code: "empty_stretch", message: "a stretch ends after it begins" };
  if (until > now)
    return { path: "/until", code: "in_future", message: "what is to come cannot be excluded" };
  return undefined;
}

/**
 * Leaves a stretch of time out: what happened in it, and the units first seen in it, count nowhere. The totals are rebuilt
 * from the log, which keeps all of it. Where that changes them, earlier doubts fall, and what is left is checked anew. Until the rebuild is done the
 * experiment promotes nothing, and the schedule tries again.
 */
export async function excludeStretch(
  services: Services,
  experiment: Experiment,
  { from, until }: Stretch,
  act: Act,
): Promise<Result<Experiment>> {
  const { spec, status, exclusions } = experiment;
  if (!isActive(status)) {
    return err("transition_not_allowed", `The data of an experiment that is ${status} decide nothing.`);
  }
  if (exclusions.length >= MAXIMUM_EXCLUSIONS) {
    return err("transition_not_allowed", `${MAXIMUM_EXCLUSIONS} stretches of time can be excluded.`);
  }
  const issue = findIssue({ from, until }, act.now);
  if (issue) return err("invalid_input", "The stretch of time is impossible.", [issue]);
  const { actor, reason, now } = act;
  const excluded = await changeExperiment(services.database, experiment, {
    exclusions: [
      ...exclusions,
      { from, until, reason, actor, at: now, countedAt: null, hasChangedTotals: false },
    ],
    rebuildPendingSince: pendingRebuild(experiment, now),
    audit: {
      at: now,
      actor,
      action: "experiment.exclude",
      subject: `experiment:${spec.key}`,
      reason,
      details: { from, until },
    },
  });
  return excluded.ok ? ok(await tryRebuild(services, excluded.value, act)) : excluded;
}
