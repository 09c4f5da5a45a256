import type { ExperimentSummary } from "#contract/lists.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { findConfounded } from "#model/experiment/confounded.ts";
import { areDisjoint } from "#model/experiment/disjoint-namespaces.ts";
import { namespaceSchema } from "#model/experiment/experiment.ts";
import { readValue } from "./new-versions.ts";
import type { ExperimentForm } from "./use-experiment-form.ts";

/** An experiment on the chosen AI config that is active and may meet the same units; undefined where none is. */
export function conflictingExperimentOf({
  draft,
  context,
  checked,
}: ExperimentForm): ExperimentSummary | undefined {
  // Read by itself: the rest of the form need not be complete yet.
  const own = namespaceSchema.safeParse(checked().raw.namespace).data;
  return context().experiments.find(
    ({ key, config, status, namespace }) =>
      key !== context().editing &&
      config === draft.config &&
      isActive(status) &&
      !areDisjoint(namespace, own),
  );
}

export function describeRival({ key }: ExperimentSummary): string {
  return `‘${key}’ is active on this AI config. Until it ends this one can be saved but not started, unless both keep to disjoint ranges of one namespace.`;
}

/** The variants that differ from control in more than the experiment's kind says. */
function confoundedOf({ draft, context }: ExperimentForm) {
  const versions = context().versions ?? [];
  const control = draft.variants.find(({ id }) => id === draft.control)?.key ?? "";
  const variants = draft.variants.map((variant) => ({
    key: variant.key,
    ...(variant.levels !== "" && { levels: {} }),
    variant,
  }));
  return findConfounded({ kind: draft.kind, control, variants }, ({ variant }) =>
    readValue(variant, versions),
  );
}

/** What is allowed but seldom meant. */
export function findWarnings(form: ExperimentForm): string[] {
  const { input } = form.checked();
  if (!input) return [];
  const warnings: string[] = [];
  const versions = input.variants.map(({ version }) => version);
  if (new Set(versions).size < versions.length) {
    warnings.push(
      "Two variants hold the same version: they cannot differ. Fine for checking that the split is fair (an A/A test), otherwise a slip.",
    );
  }
  const conflictingExperiment = conflictingExperimentOf(form);
  if (conflictingExperiment) warnings.push(describeRival(conflictingExperiment));
  warnings.push(...confoundedOf(form).map(({ message }) => message));
  if (input.maximumUnits === undefined && input.maximumDurationSeconds === undefined) {
    warnings.push("There is no maximum: without a winner this experiment never ends by itself.");
  }
  if (!input.metrics.some(({ role }) => role === "guardrail")) {
    warnings.push("There is no guardrail: harm on other metrics than the primary one goes unnoticed.");
  }
  return warnings;
}
