import type { Assignment } from "#model/config/assignment.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";

/** What assignment reads of an experiment: all that a client which evaluates locally has to know. */
export type AssignableExperiment = Pick<
  RulesetExperiment,
  | "key"
  | "config"
  | "status"
  | "variants"
  | "control"
  | "coverage"
  | "namespace"
  | "condition"
  | "seed"
  | "phases"
  | "switchedOff"
  | "growth"
  | "overrides"
>;

/** Frozen: everybody who gets the same answer gets the same object. */
export type AssignmentResult =
  | { readonly ok: true; readonly assignment: Readonly<Assignment> }
  | { readonly ok: false; readonly code: "config_not_found" | "version_not_found" };
