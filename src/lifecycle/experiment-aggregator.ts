import { Aggregator } from "../aggregator/aggregator.ts";
import { collectPeriods } from "../aggregator/shards.ts";
import { openDatabase } from "../store/database.ts";
import { findExperiment } from "../store/experiments.ts";
import { findLatestAnalysis } from "../store/snapshots.ts";
import { actOnDecision } from "./act-on-decision.ts";
import { evaluate } from "./evaluate.ts";

/** The aggregator with its reflex: a harmed guardrail rolls the experiment back right where the data arrive. */
export class ExperimentAggregator extends Aggregator {
  protected override async onFreshTotals(key: string): Promise<void> {
    const database = openDatabase(this.env.DB);
    const found = await findExperiment(database, key);
    if (!found.ok || found.value.status !== "running") return;
    const experiment = found.value;
    if (!experiment.spec.metrics.some(({ role }) => role === "guardrail")) return;

    const { spec } = experiment;
    const alone = spec.shards * experiment.periods.length === 1;
    const totals = alone ? [await this.totals()] : await collectPeriods(this.env.AGGREGATOR, experiment);
    const previous = await findLatestAnalysis(database, key);
    const evaluation = evaluate(experiment, totals, "guardrail", Date.now(), previous);
    if (evaluation.snapshot.decision.reason.code !== "guardrail_harmed") return;
    await actOnDecision(database, experiment, evaluation);
  }
}
