import { collectTotals } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import { armsOf } from "#analyzer/experiment/arms.ts";
import { observedTraffic, type Traffic } from "#analyzer/planning/expected-duration.ts";
import type { Baseline } from "#analyzer/planning/experiment-plan.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";

export interface ObservedBaseline extends Baseline {
  units: number;
  traffic: Traffic | undefined;
}

function unusable(path: string, code: string, message: string): Failure {
  return err("invalid_input", "Nothing can be planned from this experiment.", [{ path, code, message }]);
}

function kindOf({ type }: MetricDefinition, estimate: number): Baseline["kind"] {
  return type === "proportion" && estimate > 0 && estimate < 1 ? "share" : "mean";
}

/**
 * What an experiment has seen of a metric, to plan the next one from: the estimate, one unit's standard deviation and
 * the traffic.
 * @param source `variant` by default the control
 */
export async function readBaseline(
  { database, aggregators, now }: Services,
  source: { experiment: string; metric: string; variant?: string | undefined },
): Promise<Result<ObservedBaseline>> {
  const experiment = await findExperiment(database, source.experiment);
  if (!experiment.ok) return experiment;
  const { spec, metricDefinitions, status, endedAt } = experiment.value;
  if (status === "draft")
    return err("not_started", "The experiment has not started: it has seen nothing yet.");
  const definition = metricDefinitions.find(({ key }) => key === source.metric);
  if (!definition)
    return unusable("/metric", "unknown_metric", "the experiment does not measure this metric");
  const variant = source.variant ?? spec.control;
  if (!spec.variants.some(({ key }) => key === variant))
    return unusable("/variant", "unknown_variant", "the experiment has no such variant");

  const totals = await collectTotals(aggregators, experiment.value);
  const observed = armsOf(spec, definition, [{ totals }]).arms.find(
    (arm) => arm.variant === variant,
  )?.observed;
  if (!observed || observed.units < 2)
    return unusable(
      "/experiment",
      "insufficient_data",
      "the variant has fewer than two units with the metric",
    );
  if (!(observed.unitVariance > 0))
    return unusable("/metric", "zero_variance", "all units so far have the same value");
  return ok({
    estimate: observed.estimate,
    deviation: Math.sqrt(observed.unitVariance),
    kind: kindOf(definition, observed.estimate),
    direction: improvementSign(definition),
    units: observed.units,
    traffic: observedTraffic(totals, endedAt ?? now),
  });
}
