import type { Services } from "#aggregator/services.ts";
import { standingsOf } from "#decider/standings.ts";
import { decisionSourceSchema } from "#model/analysis/decision.ts";
import type { ExperimentResults, ResultsTime, UnvouchedEvidence } from "#model/analysis/results.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { listSnapshots } from "#store/snapshots.ts";
import { type Evaluation, evaluateNow } from "./evaluate.ts";
import { readUnvouched } from "./unvouched.ts";

function toResults(
  experiment: Experiment,
  { snapshot, summary }: Pick<Evaluation, "snapshot" | "summary">,
  live: boolean,
  unvouched: UnvouchedEvidence | null,
): ExperimentResults {
  const { takenAt, analysis, guardrails, decision } = snapshot;
  const eventTimes = snapshot.phases.flatMap(({ lastEventAt }) => lastEventAt ?? []);
  const { spec, startedAt } = experiment;
  const switchedOff = experiment.switchedOff.map(({ variant }) => variant);
  const startedAtLeast = startedAt ?? takenAt;
  const { proofs } = analysis;
  const input = { spec, analysis, guardrails, switchedOff, proofs, startedAt: startedAtLeast, now: takenAt };
  const { standings, provenWinner } = standingsOf(input);
  return {
    experiment: spec.key,
    live,
    takenAt,
    analysis,
    guardrails,
    decision,
    summary,
    standings,
    provenWinner: decision.action === "promote" ? decision.variant : provenWinner,
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
  services: Services,
  experiment: Experiment,
  asOf: ResultsTime = "decision",
): Promise<Result<ExperimentResults>> {
  const { spec, status, conclusion } = experiment;
  if (status === "draft")
    return err("not_started", "The experiment has not started: there are no results yet.");
  // Beside everything else, which need not wait for what decides nothing.
  const unvouched = readUnvouched(services, experiment);
  if (asOf === "decision" && conclusion && decisionSourceSchema.safeParse(conclusion.actor).success) {
    const [snapshot] = await listSnapshots(services.database, spec.key, {
      limit: 1,
      before: conclusion.at + 1,
    });
    // Where the deciding one could not be stored, an older one did not decide.
    if (snapshot?.takenAt === conclusion.at) {
      const summary = explainDecision({ spec, ...snapshot });
      return ok(toResults(experiment, { snapshot, summary }, false, await unvouched));
    }
  }
  const evaluation = await evaluateNow(services, experiment);
  return ok(toResults(experiment, evaluation, isActive(status), await unvouched));
}
