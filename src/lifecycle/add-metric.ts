import { checkpointLog } from "#aggregator/checkpoint-log.ts";
import type { Services } from "#aggregator/services.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { checkBeforeStart } from "#model/experiment/checks.ts";
import type { Experiment, ExperimentMetric } from "#model/experiment/experiment.ts";
import { maximumPhases } from "#model/experiment/phase-limit.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { changeExperiment } from "#store/experiments.ts";
import { readCatalog } from "./catalog.ts";
import { freezeDefinitions } from "./freeze-definitions.ts";
import { pendingRebuild } from "./pending-rebuild.ts";
import { tryRebuild } from "./rebuild-experiment.ts";
import { refuseLargeTotals } from "./refuse-large-totals.ts";
import { refuseHoldout } from "./transition.ts";

export type MetricAddition = Pick<ExperimentMetric, "metric" | "windowSeconds">;

/** So many metrics an experiment has at most. */
const MAXIMUM_METRICS = 50;

function refuseAddition({ spec, status }: Experiment, { metric }: MetricAddition): Failure | undefined {
  if (spec.holdout) return refuseHoldout(spec);
  if (!isActive(status)) {
    const detail = `An experiment that is ${status} takes no further metric: edit a draft, or start a new experiment.`;
    return err("transition_not_allowed", detail);
  }
  if (spec.metrics.some((known) => known.metric === metric)) {
    return err("already_exists", `The experiment has the metric '${metric}' already.`);
  }
  if (spec.metrics.length >= MAXIMUM_METRICS)
    return err("limit_reached", `An experiment has ${MAXIMUM_METRICS} metrics at most.`);
  return undefined;
}

/**
 * Adds a secondary metric to an experiment that has started. The totals are counted anew from the log, so that it holds what
 * happened from the start on; until that is done the experiment promotes nothing, and the schedule tries again. It decides
 * nothing, now or later.
 */
export async function addMetric(
  services: Services,
  experiment: Experiment,
  { metric, windowSeconds }: MetricAddition,
  act: Act,
): Promise<Result<Experiment>> {
  const { database } = services;
  const refusal = refuseAddition(experiment, { metric });
  if (refusal) return refusal;
  const added: ExperimentMetric = {
    metric,
    role: "secondary",
    ...(windowSeconds !== undefined && { windowSeconds }),
    addedAt: act.now,
  };
  const spec = { ...experiment.spec, metrics: [...experiment.spec.metrics, added] };
  const catalog = await readCatalog(database, spec.config);
  const path = `/metrics/${spec.metrics.length - 1}`;
  const issues = checkBeforeStart(spec, catalog).filter((issue) => issue.path.startsWith(path));
  if (issues.length > 0) {
    return err(
      "impossible_experiment",
      "The metric cannot be added.",
      issues.map((issue) => ({ ...issue, path: issue.path.slice(path.length) })),
    );
  }
  const frozen = freezeDefinitions({ ...spec, metrics: [added] }, catalog.metrics);
  const metricDefinitions = [...experiment.metricDefinitions, ...frozen];
  const totalsRefusal = refuseLargeTotals(spec, metricDefinitions);
  if (totalsRefusal) return totalsRefusal;
  const most = maximumPhases(spec.variants.length, metricDefinitions);
  if (experiment.phases.length > most) {
    const detail = `With this metric the experiment could have ${most} phases of weights: it has had ${experiment.phases.length}.`;
    return err("limit_reached", detail);
  }
  const checkpoint = await checkpointLog(services.aggregators, experiment);
  if (checkpoint.some(({ unlogged }) => unlogged > 0)) {
    const detail =
      "Some events were counted while the log was full: a metric cannot be computed from the log.";
    return err("transition_not_allowed", detail);
  }
  const { actor, reason, now } = act;
  const extended = await changeExperiment(database, experiment, {
    spec,
    metricDefinitions,
    rebuildPendingSince: pendingRebuild(experiment, now),
    audit: {
      at: now,
      actor,
      action: "experiment.add_metric",
      subject: `experiment:${spec.key}`,
      reason,
      details: { metric },
    },
  });
  return extended.ok ? ok(await tryRebuild(services, extended.value, act)) : extended;
}
