import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyzeInteraction, interactionTable } from "#analyzer/experiment/interaction.ts";
import type { ReplayableExperiment } from "#event-log/read.ts";
import type { SharedUnits } from "#event-log/shared-units.ts";
import { type InteractionResults, MINIMUM_UNITS_PER_CELL } from "#model/analysis/interaction.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { err, type Failure, failure, ok, type Result } from "#shared/result.ts";

/** Why two experiments cannot be compared, as far as their logs need not be read for that. */
export function refuseInteraction(experiment: Experiment, other: Experiment): Failure | undefined {
  if (experiment.spec.key === other.spec.key) {
    return err("invalid_input", "An experiment cannot interact with itself.", [
      { path: "/other", code: "same_experiment", message: "name another experiment" },
    ]);
  }
  const draft = [experiment, other].find(({ status }) => status === "draft");
  if (draft) return err("not_started", `The experiment '${draft.spec.key}' has not started.`);
  if (experiment.unitKeyId === other.unitKeyId) return undefined;
  return err(
    "different_unit_keys",
    "The units of these experiments are hashed by different secrets: nobody can tell which are the same.",
  );
}

/**
 * Does `other` change what the treatments of an experiment do?
 * @param shared the experiment's units by the variants that they have in `other`
 * @param now when they were taken, epoch milliseconds
 */
export function interactionResults(
  experiment: ReplayableExperiment,
  other: ReplayableExperiment,
  shared: SharedUnits,
  now: number,
): Result<InteractionResults> {
  const { spec, metricDefinitions } = experiment;
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
