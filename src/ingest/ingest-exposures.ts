import { recordExposures } from "#aggregator/client.ts";
import type { Exposure } from "#aggregator/messages.ts";
import { hashUnit } from "#aggregator/unit-hash.ts";
import { type ExposureReceipt, exposureReportSchema } from "#contract/exposures.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { BEYOND_QUOTA } from "./beyond-quota.ts";
import { countRefused } from "./count-rejected.ts";
import type { IngestContext } from "./ingest-context.ts";
import {
  type EntryContext,
  experimentNamedBy,
  parseEntry,
  resolvePlacement,
  toRejected,
} from "./validate-entry.ts";
import { evidenceOf, type Vouching, warningsOfUnvouched } from "./vouching.ts";

/** An exposure that may be recorded. */
interface AdmittedExposure {
  /** Its place in the batch. */
  index: number;
  experiment: RulesetExperiment;
  phase: number;
  exposure: Exposure;
  vouching: Vouching;
}

function admitExposure(
  raw: unknown,
  index: number,
  intake: EntryContext,
): { validationError: InputIssue } | { admitted: AdmittedExposure } {
  const parsed = parseEntry(exposureReportSchema, raw);
  if ("validationError" in parsed) return parsed;
  const placed = resolvePlacement(parsed.entry, intake);
  if ("validationError" in placed) return placed;
  const { unit, variant, covariates } = parsed.entry;
  const { experiment, phase, at, vouching } = placed.placement;
  const exposure = {
    unit: hashUnit(intake.unitKey, unit),
    variant,
    at,
    receivedAt: intake.now,
    ...(covariates && { covariates }),
    source: vouching.source,
  };
  return { admitted: { index, experiment, phase, exposure, vouching } };
}

/** Covariates serve the metrics of their experiment; others are kept in the log, and named. */
function warningsOf(admitted: readonly AdmittedExposure[]): ExposureReceipt["warnings"] {
  const unused = new Set<string>();
  for (const { experiment, exposure } of admitted) {
    for (const key of Object.keys(exposure.covariates ?? {})) {
      if (!experiment.metricDefinitions.some((metric) => metric.key === key))
        unused.add(`${experiment.key}/${key}`);
    }
  }
  return [...unused].map((name) => ({
    code: "unused_covariate",
    message: `'${name}' is no metric of the experiment: as a covariate it explains nothing there.`,
  }));
}

/**
 * Records what of a batch can be recorded, whatever protocol it came by; resolves once that is durable.
 * @param raw exposures as clients report them, unchecked
 */
export async function ingestExposures(
  raw: readonly unknown[],
  context: IngestContext,
): Promise<ExposureReceipt> {
  const { served, environment, now } = context;
  const evidence = evidenceOf(context);
  const intake = { ruleset: served.ruleset, unitKey: environment.BAKEOFF_UNIT_KEY, evidence, now };
  const rejected: ExposureReceipt["rejected"] = [];
  const admitted: AdmittedExposure[] = [];
  const refused: RulesetExperiment[] = [];
  for (const [index, entry] of raw.entries()) {
    const admission = admitExposure(entry, index, intake);
    if ("admitted" in admission) admitted.push(admission.admitted);
    else {
      rejected.push(toRejected("exposures", index, admission.validationError));
      refused.push(...experimentNamedBy(entry, intake));
    }
  }
  context.execution.waitUntil(countRefused(refused, evidence, environment));
  const groups = Map.groupBy(
    admitted,
    ({ experiment, phase, vouching }) => `${experiment.key}/${phase}/${vouching.ledger}`,
  );
  const recordings = [...groups.values()].map(async (group) => {
    const [first] = group;
    if (!first) return 0;
    const exposures = group.map(({ exposure }) => exposure);
    const { experiment, phase, vouching } = first;
    const beyond = await recordExposures(
      environment.AGGREGATOR,
      experiment,
      phase,
      exposures,
      vouching.ledger,
    );
    for (const place of beyond) {
      const index = group[place]?.index;
      if (index !== undefined) rejected.push(toRejected("exposures", index, BEYOND_QUOTA));
    }
    return group.length - beyond.length;
  });
  const accepted = (await Promise.all(recordings)).reduce((sum, count) => sum + count, 0);
  rejected.sort((a, b) => a.index - b.index);
  const warnings = [...warningsOf(admitted), ...warningsOfUnvouched(admitted)];
  return { accepted, rejected, warnings };
}
