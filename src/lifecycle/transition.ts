import type { Experiment } from "#model/experiment/experiment.ts";
import { isAllowed, TRANSITIONS, type TransitionName } from "#model/experiment/transitions.ts";
import { err, type Failure } from "#shared/result.ts";
import type { Act, AuditInput } from "#store/audit.ts";

/** Why an experiment in its present state cannot take a transition; undefined where it can. */
export function refuseTransition({ status }: Experiment, name: TransitionName): Failure | undefined {
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
