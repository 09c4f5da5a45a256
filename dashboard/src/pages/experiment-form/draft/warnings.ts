import { isActive } from "../../../../../src/model/active-status.ts";
import type { ExperimentForm } from "./use-experiment-form.ts";

/** What is allowed but seldom meant. */
export function findWarnings({ draft, world, checked }: ExperimentForm): string[] {
  const { input } = checked();
  if (!input) return [];
  const warnings: string[] = [];
  const versions = input.variants.map(({ version }) => version);
  if (new Set(versions).size < versions.length) {
    warnings.push(
      "Two variants hold the same version: they cannot differ. Fine for checking that the split is fair (an A/A test), otherwise a slip.",
    );
  }
  const rival = world().experiments.find(
    ({ key, config, status }) => key !== world().editing && config === draft.config && isActive(status),
  );
  if (rival && !input.namespace) {
    warnings.push(
      `‘${rival.key}’ is active on this AI config. Until it ends this one can be saved but not started, unless both keep to disjoint ranges of one namespace.`,
    );
  }
  if (input.maximumUnits === undefined && input.maximumDurationSeconds === undefined) {
    warnings.push("There is no maximum: without a winner this experiment never ends by itself.");
  }
  if (!input.metrics.some(({ role }) => role === "guardrail")) {
    warnings.push("There is no guardrail: harm on other metrics than the primary one goes unnoticed.");
  }
  return warnings;
}
