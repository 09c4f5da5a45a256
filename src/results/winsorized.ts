import { checkpointLog } from "#aggregator/checkpoint-log.ts";
import type { Services } from "#aggregator/services.ts";
import { compareWinsorized } from "#analyzer/experiment/winsorized-comparison.ts";
import { readUnitValues } from "#event-log/unit-values.ts";
import type { WinsorizedResults } from "#model/analysis/winsorized.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { err, ok, type Result } from "#shared/result.ts";

/** A metric's differences with outliers capped at a quantile of all units, computed now from the event log. */
export async function readWinsorizedResults(
  services: Services,
  experiment: Experiment,
  { metric, quantile }: { metric: string; quantile: number },
): Promise<Result<WinsorizedResults>> {
  const { aggregators, now } = services;
  const { spec, metricDefinitions, status } = experiment;
  if (status === "draft") {
    return err("not_started", "The experiment has not started: there are no results yet.");
  }
  const definition = metricDefinitions.find(({ key, type }) => key === metric && type === "mean");
  if (!definition) {
    return err("invalid_input", "Only means can be winsorized.", [
      { path: "/metric", code: "no_mean", message: "the experiment has no such metric of type mean" },
    ]);
  }
  const values = await readUnitValues(
    services,
    experiment,
    await checkpointLog(aggregators, experiment),
    definition,
  );
  const control = values.get(spec.control) ?? [];
  return ok({
    experiment: spec.key,
    metric,
    quantile,
    alpha: spec.alpha,
    takenAt: now,
    unitValue: definition.per === "event" ? "mean" : "total",
    comparisons: spec.variants
      .filter(({ key }) => key !== spec.control)
      .map(({ key }) =>
        compareWinsorized(key, control, values.get(key) ?? [], { quantile, alpha: spec.alpha }),
      ),
  });
}
