import { checkpointLog } from "#aggregator/checkpoint-log.ts";
import type { Services } from "#aggregator/services.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyzeInteraction, interactionTable } from "#analyzer/experiment/interaction.ts";
import { readSharedUnits } from "#event-log/shared-units.ts";
import { type InteractionResults, MINIMUM_UNITS_PER_CELL } from "#model/analysis/interaction.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { err, failure, ok, type Result } from "#shared/result.ts";

/** Does `other` change what the treatments of an experiment do? Computed now from both event logs. */
export async function readInteraction(
  services: Services,
  experiment: Experiment,
  other: Experiment,
): Promise<Result<InteractionResults>> {
  const { aggregators, now } = services;
  const { spec, metricDefinitions } = experiment;
  if (spec.key === other.spec.key) {
    return err("invalid_input", "An experiment cannot interact with itself.", [
      { path: "/other", code: "same_experiment", message: "name another experiment" },
    ]);
  }
  const draft = [experiment, other].find(({ status }) => status === "draft");
  if (draft) return err("not_started", `The experiment '${draft.spec.key}' has not started.`);

  const [checkpoint, otherCheckpoint] = await Promise.all([
    checkpointLog(aggregators, experiment),
    checkpointLog(aggregators, other),
  ]);
  const shared = await readSharedUnits(
    services,
    { experiment, checkpoint },
    { experiment: other, checkpoint: otherCheckpoint },
  );
  const variants = spec.variants.map(({ key }) => key);
  const others = other.spec.variants.map(({ key }) => ({
    otherVariant: key,
    phases: shared.byOtherVariant.get(key) ?? experiment.phases.map(() => emptyTotals(variants)),
  }));
  const table = interactionTable(spec, others);
  if (table.some(({ units }) => units < MINIMUM_UNITS_PER_CELL)) {
    return failure({
      code: "too_few_shared_units",
      detail: `Every pair of variants needs ${MINIMUM_UNITS_PER_CELL} units that are in both.`,
      extensions: { needed: MINIMUM_UNITS_PER_CELL, table },
    });
  }
  const primary = spec.metrics.find(({ role }) => role === "primary");
  const definition = metricDefinitions.find(({ key }) => key === primary?.metric);
  if (!definition) throw new Error(`the experiment '${spec.key}' has no definition of its primary metric`);
  return ok({
    experiment: spec.key,
    other: other.spec.key,
    takenAt: now,
    units: table.reduce((sum, { units }) => sum + units, 0),
    multipleExposureUnits: shared.multipleExposureUnits,
    table,
    metric: definition.key,
    alpha: spec.alpha,
    ...analyzeInteraction(spec, definition, others, other.spec.control),
  });
}
