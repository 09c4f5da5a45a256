import { type AggregatorNamespace, collectPeriods } from "../aggregator/shards.ts";
import type { UnvouchedEvidence } from "../model/decision.ts";
import type { Experiment } from "../model/experiment.ts";
import { describeUnvouched } from "../reporter/describe-unvouched.ts";
import { evaluate } from "./evaluate.ts";

/**
 * What came by client keys for units that nobody vouches for, counted and compared as if it decided. It does not.
 * @returns null where there is none
 */
export async function readUnvouched(
  namespace: AggregatorNamespace,
  experiment: Experiment,
  now: number,
): Promise<UnvouchedEvidence | null> {
  const periods = await collectPeriods(namespace, experiment, "unvouched");
  const { analysis } = evaluate(experiment, periods, "cron", now).snapshot;
  const { units, events, rejected } = analysis;
  if (units + events + rejected === 0) return null;
  const primary = analysis.metrics.find(({ role }) => role === "primary");
  const comparisons = (primary?.comparisons ?? []).map(({ variant, difference }) =>
    difference.status === "ok"
      ? { variant, estimate: difference.estimate, interval: difference.alwaysValid.interval }
      : { variant, estimate: null, interval: null },
  );
  const evidence = { units, events, rejected, metric: primary?.metric ?? null, comparisons };
  return { ...evidence, summary: describeUnvouched(evidence, primary?.definition) };
}
