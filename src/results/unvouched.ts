import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { UnvouchedSummary } from "#model/analysis/data-quality.ts";
import type { UnvouchedEvidence } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeUnvouched } from "#reporter/describe-unvouched.ts";
import { log } from "#shared/log.ts";
import { within } from "#shared/within.ts";
import { evaluate } from "./evaluate.ts";

/** Whoever has a client key can keep these aggregators busy: nothing and nobody waits longer for them. */
export const TIMEOUT_MILLISECONDS = 2_000;

const NOT_COUNTED: UnvouchedEvidence = {
  units: 0,
  events: 0,
  rejected: 0,
  metric: null,
  comparisons: [],
  summary: "What nobody vouches for could not be counted at this moment. It is not used.",
};

/**
 * What came by client keys for units that nobody vouches for, counted and compared as if it decided. It does not.
 * @returns null where there is none; that it could not be counted, where its aggregators do not answer
 */
export async function readUnvouched(
  services: Services,
  experiment: Experiment,
): Promise<UnvouchedEvidence | null> {
  try {
    return await within(TIMEOUT_MILLISECONDS, countUnvouched(services, experiment));
  } catch (cause) {
    log("error", "unvouched evidence could not be counted", { experiment: experiment.spec.key, cause });
    return NOT_COUNTED;
  }
}

async function countUnvouched(
  { aggregators, now }: Services,
  experiment: Experiment,
): Promise<UnvouchedEvidence | null> {
  const phases = await collectPhases(aggregators, experiment, "unvouched");
  const { analysis } = evaluate(experiment, phases, now).snapshot;
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
export function summarizeUnvouched(
  previous: UnvouchedSummary | null,
  units: number,
  decidingUnits: number,
  now: number,
): UnvouchedSummary {
  const mostSince = units > decidingUnits ? (previous?.mostSince ?? now) : null;
  return { takenAt: now, units, decidingUnits, mostSince };
}
