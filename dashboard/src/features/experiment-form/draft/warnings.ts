import type { ExperimentSummary } from "#contract/lists.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { findConfounded } from "#model/experiment/confounded.ts";
import { areDisjoint } from "#model/experiment/disjoint-namespaces.ts";
import { namespaceSchema } from "#model/experiment/namespace.ts";
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
  return `‘${key}’ is active on this AI config. You can save this experiment, but you cannot start it until that one ends or both use disjoint ranges of one namespace.`;
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
      "Two variants use the same version, so there is nothing to compare. Use this only for an A/A test.",
    );
  }
  const conflictingExperiment = conflictingExperimentOf(form);
  if (conflictingExperiment) warnings.push(describeRival(conflictingExperiment));
  warnings.push(...confoundedOf(form).map(({ message }) => message));
  if (input.maximumUnits === undefined && input.maximumDurationSeconds === undefined) {
    warnings.push(
      "No maximum is set. Without a winner this experiment runs until you stop it, and its intervals are wider than with a maximum of units.",
    );
  }
  if (!input.metrics.some(({ role }) => role === "guardrail")) {
    warnings.push("No guardrails are set. Harm to metrics other than the primary one goes unnoticed.");
  }
  return warnings;
}
