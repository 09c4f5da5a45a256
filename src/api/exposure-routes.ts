import { z } from "zod";
import type { Exposure } from "../aggregator/messages.ts";
import { recordExposures } from "../aggregator/shards.ts";
import { hashUnit } from "../aggregator/unit-hash.ts";
import { type ExposureReceipt, exposureBatch, exposureReceipt, exposureReport } from "../model/exposure.ts";
import type { InputIssue } from "../model/issue.ts";
import { refuse, success } from "../model/refusal.ts";
import type { RulesetExperiment } from "../model/ruleset.ts";
import { type Intake, parseEntry, placeObservation, toRejected } from "./batch-intake.ts";
import { defineRoute, type RequestContext } from "./route.ts";

/** An exposure that may be recorded. */
interface AdmittedExposure {
  experiment: RulesetExperiment;
  period: number;
  exposure: Exposure;
}

function admitExposure(raw: unknown, intake: Intake): { fault: InputIssue } | { admitted: AdmittedExposure } {
  const parsed = parseEntry(exposureReport, raw);
  if ("fault" in parsed) return parsed;
  const placed = placeObservation(parsed.entry, intake);
  if ("fault" in placed) return placed;
  const { unit, variant, covariates } = parsed.entry;
  const { experiment, period, at } = placed.placement;
  const exposure = {
    unit: hashUnit(intake.unitKey, unit),
    variant,
    at,
    ...(covariates && { covariates }),
  };
  return { admitted: { experiment, period, exposure } };
}

/** Covariates serve the metrics of their experiment; others are kept in the log, and named. */
function warningsOf(admitted: readonly AdmittedExposure[]): ExposureReceipt["warnings"] {
  const unused = new Set<string>();
  for (const { experiment, exposure } of admitted) {
    for (const key of Object.keys(exposure.covariates ?? {})) {
      if (!experiment.definitions.some((metric) => metric.key === key))
        unused.add(`${experiment.key}/${key}`);
    }
  }
  return [...unused].map((name) => ({
    code: "unused_covariate",
    message: `'${name}' is no metric of the experiment: as a covariate it explains nothing there.`,
  }));
}

/** Records what of a batch can be recorded; resolves once that is durable. */
async function recordReports(raw: readonly unknown[], context: RequestContext): Promise<ExposureReceipt> {
  const { served, environment, now } = context;
  const intake = { ruleset: served.ruleset, unitKey: environment.BAKEOFF_UNIT_KEY, now };
  const rejected: ExposureReceipt["rejected"] = [];
  const admitted: AdmittedExposure[] = [];
  for (const [index, entry] of raw.entries()) {
    const admission = admitExposure(entry, intake);
    if ("fault" in admission) rejected.push(toRejected("exposures", index, admission.fault));
    else admitted.push(admission.admitted);
  }
  const groups = Map.groupBy(admitted, ({ experiment, period }) => `${experiment.key}/${period}`);
  const recordings = [...groups.values()].map(async (group) => {
    const [first] = group;
    if (!first) return;
    const exposures = group.map(({ exposure }) => exposure);
    await recordExposures(environment.AGGREGATOR, first.experiment, first.period, exposures);
  });
  await Promise.all(recordings);
  return { accepted: admitted.length, rejected, warnings: warningsOf(admitted) };
}

const documentedBatch = exposureBatch
  .extend({ exposures: z.array(exposureReport).min(1) })
  .meta({ id: "ExposureBatch" });

export const exposureRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/exposures",
    scope: "client",
    tag: "Assignment",
    summary: "Who was given which variant, from clients that evaluate locally: up to 1,000 at once",
    crossOrigin: true,
    body: exposureBatch,
    documentedBody: documentedBatch,
    // Each exposure is screened on its own, so that a bad one never sinks its neighbours.
    screenedLevels: 1,
    reply: exposureReceipt,
    async handle({ body, context }) {
      const receipt = await recordReports(body.exposures, context);
      if (receipt.accepted > 0) return success({ json: receipt });
      const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
      return {
        ...refuse("no_exposure_accepted", "None of the exposures could be recorded; each says why.", issues),
        extensions: { ...receipt },
      };
    },
  }),
];
