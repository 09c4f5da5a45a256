import { recordExposures } from "#aggregator/client.ts";
import type { Exposure } from "#aggregator/messages.ts";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { type ExposureReceipt, type ExposureReport, exposureReportSchema } from "#contract/exposures.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { COMPARISON } from "#model/experiment/holdout-arms.ts";
import { keptAttributesOf, pickAttributes } from "#model/unit/kept-attributes.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { BEYOND_QUOTA } from "./beyond-quota.ts";
import { capWarnings } from "./cap-warnings.ts";
import { countRejectedEntries } from "./count-rejected.ts";
import { holdoutsComparing } from "./holdouts.ts";
import type { IngestContext } from "./ingest-context.ts";
import { withExperiments } from "./look-up.ts";
import {
  type EntryContext,
  experimentNamedBy,
  parseEntry,
  resolvePlacement,
  toRejected,
  UNIT_KEY_MISSING,
} from "./validate-entry.ts";
import { evidenceOf, type Vouching, warningsOfUnvouched } from "./vouching.ts";

/** An exposure that may be recorded. */
interface ValidExposure {
  /** Its place in the batch. */
  index: number;
  experiment: RulesetExperiment;
  exposure: Exposure;
  vouching: Vouching;
  /** True of what an exposure in an experiment is to a holdout, which nobody has sent. */
  isCopy: boolean;
}

function placeExposure(
  report: ExposureReport,
  index: number,
  isCopy: boolean,
  context: EntryContext,
): Result<ValidExposure, InputIssue> {
  const placement = resolvePlacement(report, context);
  if (!placement.ok) return placement;
  const { unit, variant, covariates } = report;
  const attributes = pickAttributes(keptAttributesOf(placement.value.experiment), report.attributes);
  const { experiment, phase, cameIn, at, vouching } = placement.value;
  const hash = context.units.of(unit, experiment.unitKeyId);
  if (hash === undefined) return failure(UNIT_KEY_MISSING);
  const exposure = {
    unit: hash,
    variant,
    phase,
    ...(cameIn !== undefined && { cameIn }),
    at,
    receivedAt: context.now,
    ...(covariates && { covariates }),
    ...(attributes && { attributes }),
    source: vouching.source,
  };
  return ok({ index, experiment, exposure, vouching, isCopy });
}

/** One exposure, and what it is to the holdouts in whose comparison its unit is. */
function validateExposure(
  raw: unknown,
  index: number,
  context: EntryContext,
): Result<ValidExposure[], InputIssue> {
  const parsed = parseEntry(exposureReportSchema, raw);
  if (!parsed.ok) return parsed;
  const placed = placeExposure(parsed.value, index, false, context);
  if (!placed.ok) return placed;
  const { experiment, exposure } = placed.value;
  const { phase: _phase, ...report } = parsed.value;
  const copies = holdoutsComparing(report.unit, experiment, context.experiments, exposure.at).flatMap(
    ({ key }) => {
      const copy = placeExposure({ ...report, experiment: key, variant: COMPARISON }, index, true, context);
      return copy.ok ? [copy.value] : [];
    },
  );
  return ok([placed.value, ...copies]);
}

/** Covariates serve the metrics of their experiment; others are kept in the log, and named. */
function warningsOf(exposures: readonly ValidExposure[]): ExposureReceipt["warnings"] {
  const unused = new Set<string>();
  for (const { experiment, exposure } of exposures) {
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

/** What of a batch may be recorded, and why the rest may not. */
interface Validated {
  valid: ValidExposure[];
  rejected: ExposureReceipt["rejected"];
  /** The experiments that rejected exposures were meant for, where that is known. */
  rejectedBy: RulesetExperiment[];
}

function validateAll(raw: readonly unknown[], entryContext: EntryContext): Validated {
  const validated: Validated = { valid: [], rejected: [], rejectedBy: [] };
  for (const [index, entry] of raw.entries()) {
    const result = validateExposure(entry, index, entryContext);
    if (result.ok) validated.valid.push(...result.value);
    else {
      validated.rejected.push(toRejected("exposures", index, result.error));
      validated.rejectedBy.push(...experimentNamedBy(entry, entryContext));
    }
  }
  return validated;
}

/**
 * Records what of a batch can be recorded, whatever protocol it came by; resolves once that is durable.
 * @param raw exposures as clients report them, unchecked
 * @returns a refusal where the experiments cannot be read
 */
export async function ingestExposures(
  raw: readonly unknown[],
  context: IngestContext,
): Promise<Result<ExposureReceipt>> {
  const { served, environment, now } = context;
  const evidence = evidenceOf(context);
  const common = { ruleset: served.ruleset, units: unitHashesOf(environment), evidence, now };
  const validated = await withExperiments(context, (experiments) =>
    validateAll(raw, { ...common, experiments }),
  );
  if (!validated.ok) return validated;
  const { valid, rejected, rejectedBy } = validated.value;
  context.execution.waitUntil(countRejectedEntries(rejectedBy, evidence, environment));
  const groups = Map.groupBy(
    valid,
    ({ experiment, vouching, isCopy }) => `${experiment.key}/${vouching.ledger}/${isCopy}`,
  );
  const recordings = [...groups.values()].map(async (group) => {
    const [first] = group;
    if (!first) return 0;
    const exposures = group.map(({ exposure }) => exposure);
    const { experiment, vouching } = first;
    const beyond = await recordExposures(environment.AGGREGATOR, experiment, exposures, vouching.ledger);
    for (const place of beyond) {
      const refused = group[place];
      if (refused && !refused.isCopy) rejected.push(toRejected("exposures", refused.index, BEYOND_QUOTA));
    }
    return first.isCopy ? 0 : group.length - beyond.length;
  });
  const accepted = (await Promise.all(recordings)).reduce((sum, count) => sum + count, 0);
  rejected.sort((a, b) => a.index - b.index);
  const sent = valid.filter(({ isCopy }) => !isCopy);
  const warnings = capWarnings([...warningsOfUnvouched(sent), ...warningsOf(sent)]);
  return ok({ accepted, rejected, warnings });
}
