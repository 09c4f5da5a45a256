import type { Experiment, ExperimentSpec } from "#model/experiment/experiment.ts";
import { isAllowed, TRANSITIONS, type TransitionName } from "#model/experiment/transitions.ts";
import { err, type Failure } from "#shared/result.ts";
import type { Act, AuditInput } from "#store/audit.ts";

/** A holdout is counted as an experiment, but nothing is done with it as with one. */
export function refuseHoldout({
  key,
  holdout,
}: Pick<ExperimentSpec, "key" | "holdout">): Failure | undefined {
  if (!holdout) return undefined;
  const detail = `'${key}' is a holdout: it can be ended by POST /v1/holdouts/${key}/end, and nothing else.`;
  return err("transition_not_allowed", detail);
}

/** Why an experiment in its present state cannot take a transition; undefined where it can. */
export function refuseTransition({ status, spec }: Experiment, name: TransitionName): Failure | undefined {
  const refusal = refuseHoldout(spec);
  if (refusal) return refusal;
  if (isAllowed(name, status)) return undefined;
  return err(
    "transition_not_allowed",
    `An experiment that is ${status} cannot be ${TRANSITIONS[name].verb}.`,
  );
}

/** The audit's entry of an act on an experiment. */
export function auditOf(
  { spec }: Experiment,
  action: string,
  { actor, reason, now }: Act,
  details: Record<string, unknown> = {},
): AuditInput {
  return { at: now, actor, action, subject: `experiment:${spec.key}`, reason, details };
}
