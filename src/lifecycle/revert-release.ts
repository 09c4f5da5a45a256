import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Database } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import type { DueDecision } from "./pending-decisions.ts";
import { rollBackExperiment } from "./transitions.ts";

/** Others change the stage at the same moment at most so often in a row. */
const ATTEMPTS = 5;

/** The stage by which a variant of an ended experiment is being released now; undefined where there is none. */
async function activeStageAfter(
  database: Database,
  key: string,
  variant: string,
): Promise<Experiment | undefined> {
  for (let next: string | undefined = key; next !== undefined; ) {
    const found = await findExperiment(database, next);
    if (!found.ok || isActive(found.value.status)) return found.ok && next !== key ? found.value : undefined;
    const { conclusion } = found.value;
    next = conclusion?.variant === variant ? conclusion.successor : undefined;
  }
  return undefined;
}

/**
 * Ends the release of a variant that was proven to do harm right when its experiment, or the stage before, ended in its favor: the
 * proof came too late for that one, and must not be lost to those that go on.
 * @param due what was decided about the ended experiment
 * @param now epoch milliseconds
 * @returns the stage that was rolled back; undefined where none goes on with the variant
 * @throws where others keep changing it
 */
export async function revertRelease(
  database: Database,
  { spec }: Pick<Experiment, "spec">,
  { decision, source, summary }: DueDecision,
  now: number,
): Promise<Experiment | undefined> {
  const { action, variant, reason } = decision;
  if (variant === null || (action !== "rollback" && action !== "switch_off")) return undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stage = await activeStageAfter(database, spec.key, variant);
    if (!stage) return undefined;
    // What it was computed from is on record with the experiment that it was decided about.
    const decided = { engineVersion: null, evidence: null, missing: "not_stored", variant } as const;
    const reverted = await rollBackExperiment(database, stage, {
      actor: source,
      reason: `Shown in '${spec.key}', which had just ended. ${summary}`,
      // A look may have begun before the stage did.
      now: Math.max(now, stage.startedAt ?? now),
      decided: { ...decided, code: reason.code },
    });
    if (reverted.ok) return reverted.value;
  }
  throw new Error("a release of what does harm could not be ended");
}
