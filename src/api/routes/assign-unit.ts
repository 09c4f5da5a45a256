import { hashUnit } from "#aggregator/unit-hash.ts";
import { assignIn } from "#assigner/assign.ts";
import type { AssignmentRequest } from "#contract/assignment.ts";
import { ExposureBuffer } from "#ingest/exposure-buffer.ts";
import { evidenceOf, vouchFor } from "#ingest/vouching.ts";
import { publicPartOf } from "#model/config/ai-config.ts";
import type { Assignment } from "#model/config/assignment.ts";
import { isPublicScope } from "#model/key/api-key.ts";
import type { RulesetLookup } from "#ruleset/lookup.ts";
import { count } from "#shared/counters.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { RulesetContext } from "../http/route.ts";

const exposures = new ExposureBuffer();

const FAILURES = {
  config_not_found: "There is no AI config with this key.",
  version_not_found: "The version to serve is missing from the ruleset.",
} as const;

/**
 * Which version of an AI config a unit gets, whatever protocol asks: the exposure leaves behind the answer, and callers of
 * scope `client` see the public part of values.
 * @param lookup holds what the request names
 */
export function assignUnit(
  context: RulesetContext,
  lookup: RulesetLookup,
  request: AssignmentRequest,
): Result<Assignment> {
  const { served, environment, execution, caller, key, now } = context;
  if (key?.configs?.includes(request.config) === false) {
    return err("config_not_found", FAILURES.config_not_found);
  }
  const config = lookup.config(request.config);
  if (!config) return err("config_not_found", FAILURES.config_not_found);
  const result = assignIn(config, request.unit, request.attributes);
  if (!result.ok) return err(result.code, FAILURES[result.code]);
  const { assignment } = result;
  count("assignments", { reason: assignment.reason });
  const { variant, phase } = assignment;
  const experiment = assignment.experiment === null ? undefined : lookup.experiment(assignment.experiment);
  if (
    request.expose !== false &&
    (key?.quarantinedFrom ?? null) === null &&
    experiment &&
    variant !== null &&
    phase !== null
  ) {
    const unit = hashUnit(environment.BAKEOFF_UNIT_KEY, request.unit);
    const { covariates } = request;
    const { source, ledger } = vouchFor(
      request.unit,
      experiment,
      evidenceOf(context),
      request,
      served.ruleset,
      now,
    );
    const exposure = {
      unit,
      variant,
      phase,
      at: now,
      receivedAt: now,
      ...(covariates && { covariates }),
      source,
    };
    exposures.report(experiment, exposure, ledger, environment.AGGREGATOR, execution);
  }
  return ok(
    isPublicScope(caller.scope) ? { ...assignment, value: publicPartOf(assignment.value) } : assignment,
  );
}
