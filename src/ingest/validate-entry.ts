import type * as z from "zod";
import type { UnitHashes } from "#aggregator/unit-hash.ts";
import { overrideHashOf } from "#assigner/override-hash.ts";
import { variantInPhase } from "#assigner/variant-in-phase.ts";
import { lateEventWindowOf, MAXIMUM_CLOCK_SKEW_MILLISECONDS, type RejectedEntry } from "#contract/events.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { EdgeRuleset } from "#ruleset/edge-ruleset.ts";
import { type InputIssue, inputIssue, shortenIssue, toInputIssues } from "#shared/input-issue.ts";
import { findForbiddenPath } from "#shared/json.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { findHoldoutIssue } from "./holdouts.ts";
import { mayReach } from "./key-bounds.ts";
import type { ExperimentLookup } from "./look-up.ts";
import { checkTraffic } from "./traffic.ts";
import type { SigningKeys } from "./unit-token.ts";
import { type Credentials, type Evidence, type Vouching, vouchFor } from "./vouching.ts";

/** What entries of a batch are checked against. */
export interface EntryContext {
  ruleset: SigningKeys & Pick<EdgeRuleset, "metrics">;
  experiments: ExperimentLookup;
  units: UnitHashes;
  evidence: Evidence;
  /** Epoch milliseconds. */
  now: number;
}

/** What outcomes and exposures have in common: who got which variant of what, and when. */
interface Observation extends Credentials {
  experiment: string;
  unit: string;
  variant?: string | undefined;
  phase?: number | undefined;
  timestamp?: number | undefined;
  /** Of an outcome. */
  metrics?: Readonly<Record<string, number>> | undefined;
}

/** Where an observation belongs. */
export interface Placement {
  experiment: RulesetExperiment;
  /** Which phase of the experiment's weights it belongs to. */
  phase: number;
  /** What the hash gives the unit in it. */
  assigned: string | undefined;
  /** The phase of its time, where that is another one. */
  cameIn?: number;
  /** Epoch milliseconds. */
  at: number;
  /** False where the unit must have been exposed before: there was no traffic at that time. */
  mayExpose: boolean;
  vouching: Vouching;
}

/** Without its experiment's secret a unit would be counted as another one. */
export const UNIT_KEY_MISSING = inputIssue(
  [],
  "unit_key_missing",
  "the secret by which this experiment's units are known is missing in this installation",
);

/** Says why an entry of a batch is not recorded. @param list the name of the list that it stands in */
export function toRejected(list: string, index: number, { path, code, message }: InputIssue): RejectedEntry {
  return { index, ...shortenIssue({ path: `/${list}/${index}${path}`, code, message }) };
}

/** What an entry that may be anything says under a name, if it says a text. */
export function textOf(raw: unknown, name: string): string | undefined {
  const value: unknown = typeof raw === "object" && raw !== null ? Reflect.get(raw, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The experiment that an entry was meant for, where that much of it can be read: one, or none. */
export function experimentNamedBy(
  raw: unknown,
  { experiments, evidence }: EntryContext,
): RulesetExperiment[] {
  const experiment = experiments.experiment(textOf(raw, "experiment") ?? "");
  return experiment && mayReach(evidence.configs, experiment) ? [experiment] : [];
}

/** Parses one entry of a batch on its own. */
export function parseEntry<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): Result<z.output<Schema>, InputIssue> {
  const forbidden = findForbiddenPath(raw);
  if (forbidden) return failure(inputIssue(forbidden.path, forbidden.code, "this is not allowed here"));
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (parsed.success) return ok(parsed.data);
  const [first] = toInputIssues(parsed.error.issues);
  return failure(first ?? inputIssue([], "invalid_value", "this does not fit what is expected here"));
}

function findExperimentIssue(
  { variant, phase }: Observation,
  experiment: RulesetExperiment,
  now: number,
): InputIssue | undefined {
  if (variant !== undefined && !experiment.variants.some(({ key }) => key === variant)) {
    return inputIssue(["variant"], "unknown_variant", `the experiment has no variant '${variant}'`);
  }
  if (phase !== undefined && phase >= experiment.phases.length) {
    return inputIssue(["phase"], "unknown_phase", "the experiment has had no such phase");
  }
  if (experiment.endedAt !== null && now > experiment.endedAt + lateEventWindowOf(experiment)) {
    return inputIssue(
      ["experiment"],
      "experiment_ended",
      "the experiment ended too long ago to take anything",
    );
  }
  return undefined;
}

function findOverrideIssue(
  { unit }: Observation,
  { overrides, key }: RulesetExperiment,
): InputIssue | undefined {
  if (!overrides) return undefined;
  const name = overrideHashOf(key, unit);
  if (!overrides.some((override) => override.unit === name)) return undefined;
  return inputIssue(
    ["unit"],
    "unit_overridden",
    "this unit is forced to a variant or excluded: what it does counts nowhere",
  );
}

function findTimeIssue(at: number, { startedAt }: RulesetExperiment, now: number): InputIssue | undefined {
  if (at > now + MAXIMUM_CLOCK_SKEW_MILLISECONDS) {
    return inputIssue(["timestamp"], "timestamp_in_future", "the timestamp lies in the future");
  }
  if (at < startedAt - MAXIMUM_CLOCK_SKEW_MILLISECONDS) {
    return inputIssue(
      ["timestamp"],
      "timestamp_before_start",
      "the timestamp lies before the start of the experiment",
    );
  }
  return undefined;
}

/** The phase that a moment lies in. */
function phaseAt({ phases }: RulesetExperiment, at: number): number {
  return Math.max(
    0,
    phases.findLastIndex(({ startedAt }) => startedAt <= at),
  );
}

interface AssignedPhase {
  phase: number;
  /** What the hash gives the unit in it. */
  assigned: string | undefined;
  /** The phase of its time, where that is another one. */
  cameIn?: number;
}

/**
 * The phase of an observation. Of one that does not say it is that of its time; but where the unit gets another variant in it
 * than the one that is named, the last one before in which it gets that.
 */
function phaseOf(
  { unit, variant, phase: named }: Observation,
  experiment: RulesetExperiment,
  at: number,
): AssignedPhase {
  const newest = named ?? phaseAt(experiment, at);
  const assigned = variantInPhase(experiment, newest, unit);
  if (named !== undefined || variant === undefined || assigned === variant)
    return { phase: newest, assigned };
  for (let phase = newest - 1; phase >= 0; phase--)
    if (variantInPhase(experiment, phase, unit) === variant)
      return { phase, assigned: variant, cameIn: newest };
  return { phase: newest, assigned };
}

/** A unit has one variant in a phase, and the hash says which: whoever claims another one is mistaken, or lies. */
function findClaimIssue(
  { variant, phase: claimedPhase }: Observation,
  experiment: RulesetExperiment,
  assigned: string | undefined,
): InputIssue | undefined {
  if (variant === undefined || assigned === variant) return undefined;
  if (assigned === undefined) {
    return inputIssue(["unit"], "unit_not_in_experiment", "the experiment gives this unit no variant");
  }
  const hint =
    claimedPhase === undefined && experiment.phases.length > 1
      ? "send the phase that the assignment said, too"
      : "send the one that the assignment said";
  return inputIssue(["variant"], "wrong_variant", `this unit does not get the variant '${variant}': ${hint}`);
}

/** Finds the experiment and the phase that an observation belongs to, or why there is no place for it. */
export function resolvePlacement(
  observation: Observation,
  { ruleset, experiments, evidence, now }: EntryContext,
): Result<Placement, InputIssue> {
  const experiment = experiments.experiment(observation.experiment);
  if (!experiment || !mayReach(evidence.configs, experiment)) {
    return failure(
      inputIssue(["experiment"], "unknown_experiment", "no experiment with this key takes anything now"),
    );
  }
  if (evidence.isQuarantined) {
    return failure(inputIssue([], "key_quarantined", "nothing that comes by this key is taken"));
  }
  const at = observation.timestamp ?? now;
  const issue =
    findExperimentIssue(observation, experiment, now) ??
    findTimeIssue(at, experiment, now) ??
    findHoldoutIssue(observation.unit, experiment, experiments, at) ??
    findOverrideIssue(observation, experiment);
  if (issue) return failure(issue);
  const { phase, assigned, cameIn } = phaseOf(observation, experiment, at);
  const traffic = checkTraffic(experiment, assigned, at, observation.metrics);
  if (!traffic.ok) return traffic;
  const claimIssue = findClaimIssue(observation, experiment, assigned);
  if (claimIssue) return failure(claimIssue);
  const vouching = vouchFor(observation.unit, experiment, evidence, observation, ruleset, now);
  const inPhase = { phase, assigned, ...(cameIn !== undefined && { cameIn }) };
  return ok({ experiment, ...inPhase, at, mayExpose: traffic.value.mayExpose, vouching });
}
