import type { Experiment } from "#model/experiment/experiment.ts";
import { err, type Failure } from "#shared/result.ts";

/** The refusal of what was decided on an older state of an experiment. */
export function revisionConflict({ revision }: Experiment): Failure {
  return err(
    "revision_conflict",
    `The experiment is at revision ${revision} now. Read it again, and repeat this with revision ${revision} if it still applies.`,
  );
}
