import { type AggregatorNamespace, collectPeriods, collectTotals } from "../aggregator/shards.ts";
import type { UnvouchedReading } from "../model/data-quality.ts";
import type { UnvouchedEvidence } from "../model/decision.ts";
import type { Experiment } from "../model/experiment.ts";
import { describeUnvouched } from "../reporter/describe-unvouched.ts";
import type { Database } from "../store/database.ts";
import { hasUnvouchedChunks } from "../store/event-chunks.ts";
import { storeUnvouchedReading } from "../store/experiments.ts";
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

/** Pure. @param previous what the look before found */
export function readingOfUnvouched(
  previous: UnvouchedReading | null,
  units: number,
  decidingUnits: number,
  now: number,
): UnvouchedReading {
  const mostSince = units > decidingUnits ? (previous?.mostSince ?? now) : null;
  return { takenAt: now, units, decidingUnits, mostSince };
}

/**
 * Notes at a look how many units nobody vouches for. Without any in the log no aggregator is asked.
 * @param decidingUnits those of the look
 */
export async function noteUnvouched(
  namespace: AggregatorNamespace,
  database: Database,
  experiment: Experiment,
  decidingUnits: number,
  now: number,
): Promise<void> {
  const { spec, unvouched: previous } = experiment;
  if (spec.unvouched === "admit" || !(await hasUnvouchedChunks(database, spec.key))) return;
  const { variants } = await collectTotals(namespace, experiment, "unvouched");
  const units = Object.values(variants).reduce((sum, variant) => sum + variant.units, 0);
  const reading = readingOfUnvouched(previous, units, decidingUnits, now);
  await storeUnvouchedReading(database, spec.key, reading);
}
