import { type AggregatorNamespace, collectPeriods } from "../aggregator/shards.ts";
import { actOnDecision } from "../lifecycle/act-on-decision.ts";
import { advancePeriod } from "../lifecycle/advance-period.ts";
import { evaluate } from "../lifecycle/evaluate.ts";
import type { Experiment } from "../model/experiment.ts";
import { compileAndPublish } from "../ruleset/publish.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { claimAnalysis, listActiveExperiments } from "../store/experiments.ts";
import { readPublishedRuleset } from "../store/rulesets.ts";
import { findLatestAnalysis } from "../store/snapshots.ts";

/** The schedule fires a little early or late; an analysis due within this time is not put off by a whole period. */
const SCHEDULE_TOLERANCE_MILLISECONDS = 5_000;

function isDue({ status, spec, analysedAt }: Experiment, now: number): boolean {
  if (status !== "running") return false;
  if (analysedAt === null) return true;
  return now - analysedAt >= spec.analysisIntervalSeconds * 1_000 - SCHEDULE_TOLERANCE_MILLISECONDS;
}

async function analyse(
  namespace: AggregatorNamespace,
  database: Database,
  experiment: Experiment,
  now: number,
): Promise<void> {
  if (!(await claimAnalysis(database, experiment, now))) return;
  const totals = await collectPeriods(namespace, experiment);
  const previous = await findLatestAnalysis(database, experiment.spec.key);
  const evaluation = evaluate(experiment, totals, "cron", now, previous);
  const acted = await actOnDecision(database, experiment, evaluation);
  const { analysis, decision } = evaluation.snapshot;
  if (acted.ok && decision.action === "continue") {
    await advancePeriod(database, acted.value, analysis, now);
  }
  // Someone else acted first, or the claim itself is the only change: both are fine.
  if (!acted.ok && acted.code !== "revision_conflict") {
    console.error({
      message: "a decision could not be carried out",
      experiment: experiment.spec.key,
      cause: acted.detail,
    });
  }
}

/** Heals a publication that was cut off: edges do so too, but none may be asking. */
async function publishIfMissing(binding: D1Database, database: Database, now: number): Promise<void> {
  const published = await readPublishedRuleset(binding.withSession("first-primary"), undefined);
  if (published.state === "not_compiled") await compileAndPublish(database, now);
}

/**
 * Analyses every running experiment whose interval has passed and carries out what is decided. Safe to run twice, to
 * overlap and to be cut off: claims and transitions are conditional. One experiment's failure does not stop the others.
 */
export async function analyseDueExperiments(environment: Env, now: number): Promise<void> {
  const database = openDatabase(environment.DB);
  await publishIfMissing(environment.DB, database, now);
  const due = (await listActiveExperiments(database)).filter((experiment) => isDue(experiment, now));
  const results = await Promise.allSettled(
    due.map((experiment) => analyse(environment.AGGREGATOR, database, experiment, now)),
  );
  for (const [index, result] of results.entries()) {
    if (result.status === "rejected") {
      console.error({
        message: "an analysis failed",
        experiment: due[index]?.spec.key,
        cause: String(result.reason),
      });
    }
  }
}
