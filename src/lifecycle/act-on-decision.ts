import type { Experiment } from "../model/experiment.ts";
import { type Result, success } from "../model/refusal.ts";
import { compileAndPublish } from "../ruleset/publish.ts";
import type { Database } from "../store/database.ts";
import { storeSnapshot } from "../store/snapshots.ts";
import type { Evaluation } from "./evaluate.ts";
import { promoteVariant, rollBackExperiment, stopExperiment } from "./transitions.ts";

function transition(
  database: Database,
  experiment: Experiment,
  evaluation: Evaluation,
): Promise<Result<Experiment>> {
  const { decision, source, takenAt } = evaluation.snapshot;
  const act = { actor: source, reason: evaluation.summary, now: takenAt };
  switch (decision.action) {
    case "promote":
      return decision.variant === null
        ? Promise.resolve(success(experiment))
        : promoteVariant(database, experiment, decision.variant, act);
    case "rollback":
      return rollBackExperiment(database, experiment, act);
    case "stop":
      return stopExperiment(database, experiment, act);
    case "continue":
    case "hold":
      return Promise.resolve(success(experiment));
  }
}

/**
 * Stores an evaluation and carries out its decision. The snapshot comes first: cut off in between, the evidence is there
 * and the next look decides again. When someone else has acted since the experiment was read, nothing happens.
 */
export async function actOnDecision(
  database: Database,
  experiment: Experiment,
  evaluation: Evaluation,
): Promise<Result<Experiment>> {
  await storeSnapshot(database, evaluation.snapshot, evaluation.summary);
  const acted = await transition(database, experiment, evaluation);
  if (acted.ok && acted.value.revision !== experiment.revision) {
    await compileAndPublish(database, evaluation.snapshot.takenAt);
  }
  return acted;
}
