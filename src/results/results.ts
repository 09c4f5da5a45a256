import { type AggregatorNamespace, collectPhases } from "#aggregator/client.ts";
import {
  decisionSourceSchema,
  type ExperimentResults,
  type ResultsTime,
  type UnvouchedEvidence,
} from "#model/analysis/decision.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { findLatestAnalysis, listSnapshots } from "#store/snapshots.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { readUnvouched } from "./unvouched.ts";

function toResults(
  experiment: Experiment,
  { snapshot, summary }: Evaluation,
  live: boolean,
  unvouched: UnvouchedEvidence | null,
): ExperimentResults {
  const { takenAt, analysis, guardrails, decision } = snapshot;
  const eventTimes = snapshot.phases.flatMap(({ lastEventAt }) => lastEventAt ?? []);
  const { key } = experiment.spec;
  return {
    experiment: key,
    live,
    takenAt,
    analysis,
    guardrails,
    decision,
    summary,
    lastEventAt: eventTimes.length === 0 ? null : Math.max(...eventTimes),
    conclusion: experiment.conclusion,
    unvouched,
  };
}

/**
 * The newest numbers of an active experiment, computed now; or, once it has ended, those that decided. An experiment
 * that a person ended has no deciding snapshot, so its totals are evaluated as they are.
 * @param asOf `now` evaluates the totals of an ended experiment as they are, with what came in after the decision
 */
export async function readResults(
  namespace: AggregatorNamespace,
  database: Database,
  experiment: Experiment,
  now: number,
  asOf: ResultsTime = "decision",
): Promise<Result<ExperimentResults>> {
  const { spec, status, conclusion } = experiment;
  if (status === "draft")
    return err("not_started", "The experiment has not started: there are no results yet.");
  // Beside everything else, which need not wait for what decides nothing.
  const unvouched = readUnvouched(namespace, experiment, now);
  if (asOf === "decision" && conclusion && decisionSourceSchema.safeParse(conclusion.actor).success) {
    const [snapshot] = await listSnapshots(database, spec.key, { limit: 1, before: conclusion.at + 1 });
    // Where the deciding one could not be stored, an older one did not decide.
    if (snapshot?.takenAt === conclusion.at) {
      const summary = explainDecision({ spec, ...snapshot });
      return ok(toResults(experiment, { snapshot, summary }, false, await unvouched));
    }
  }
  const totals = await collectPhases(namespace, experiment);
  const previous = await findLatestAnalysis(database, spec.key);
  return ok(
    toResults(
      experiment,
      evaluate(experiment, totals, "cron", now, { previous }),
      isActive(status),
      await unvouched,
    ),
  );
}
