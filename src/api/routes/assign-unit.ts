import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { assignIn } from "#assigner/assign.ts";
import { holdoutGroupOf } from "#assigner/holdout.ts";
import type { PreparedConfig } from "#assigner/prepared-ruleset.ts";
import type { AssignmentRequest } from "#contract/assignment.ts";
import { ExposureBuffer } from "#ingest/exposure-buffer.ts";
import { evidenceOf, vouchFor } from "#ingest/vouching.ts";
import { publicPartOf } from "#model/config/ai-config.ts";
import type { Assignment, AssignmentReason } from "#model/config/assignment.ts";
import type { RulesetExperiment, RulesetKey } from "#model/config/ruleset.ts";
import { COMPARISON } from "#model/experiment/holdout-arms.ts";
import { isPublicScope } from "#model/key/api-key.ts";
import { keptAttributesOf, pickAttributes } from "#model/unit/kept-attributes.ts";
import type { RulesetLookup } from "#ruleset/lookup.ts";
import { counterOf } from "#shared/counters.ts";
import { log } from "#shared/log.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { RulesetContext } from "../http/route.ts";

const exposures = new ExposureBuffer();

const FAILURES = {
  config_not_found: "There is no AI config with this key.",
  version_not_found: "The version to serve is missing from the ruleset.",
} as const;

/** Experiments that this isolate has said of that their secret is missing. */
const unlinked = new Set<string>();

/** @returns undefined where the experiment's secret is missing: then nobody is counted, rather than everybody as somebody else */
function hashOf(
  unit: string,
  { key, unitKeyId }: Pick<RulesetExperiment, "key" | "unitKeyId">,
  environment: Env,
): string | undefined {
  const hash = unitHashesOf(environment).of(unit, unitKeyId);
  if (hash === undefined && !unlinked.has(key)) {
    unlinked.add(key);
    log("error", "the secret by which an experiment's units are known is missing: nobody is counted", {
      experiment: key,
    });
  }
  return hash;
}

const assigned = new Map<string, { value: number }>();

function countAssignment(reason: AssignmentReason): void {
  let counter = assigned.get(reason);
  if (!counter) {
    counter = counterOf("assignments", { reason });
    assigned.set(reason, counter);
  }
  counter.value += 1;
}

/** Where an assignment counts. */
interface ExposedIn {
  experiment: RulesetExperiment;
  variant: string;
  phase: number;
}

/**
 * Where an assignment counts: in the experiment or the holdout that it names, and, of a unit that an experiment has taken, in the
 * holdout in whose comparison it is.
 */
function exposedIn(
  config: PreparedConfig,
  { experiment: key, variant, phase }: Assignment,
  unit: string,
  lookup: RulesetLookup,
): ExposedIn[] {
  const experiment = key === null ? undefined : lookup.experiment(key);
  if (!experiment || variant === null || phase === null) return [];
  const named = { experiment, variant, phase };
  const { holdout } = config;
  if (!holdout || holdout.key === key || holdoutGroupOf(holdout, unit) !== COMPARISON) return [named];
  const comparing = lookup.experiment(holdout.key);
  return comparing ? [named, { experiment: comparing, variant: COMPARISON, phase: 0 }] : [named];
}

/**
 * Which version of an AI config a unit gets, asked by a server whose key is bound to nothing. The exposure of a unit that this
 * isolate has reported costs a look-up.
 * @param request without covariates and tokens
 * @returns undefined where the answer is not in memory, or is none
 */
export function assignByServer(
  request: Pick<AssignmentRequest, "config" | "unit" | "attributes" | "expose">,
  lookup: RulesetLookup,
  key: Pick<RulesetKey, "id">,
  environment: Env,
  execution: Pick<ExecutionContext, "waitUntil">,
  now: number,
): Assignment | undefined {
  const config = lookup.config(request.config);
  if (!config) return undefined;
  const result = assignIn(config, request.unit, request.attributes);
  if (!result.ok) return undefined;
  const { assignment } = result;
  countAssignment(assignment.reason);
  if (request.expose === false) return assignment;
  for (const { experiment, variant, phase } of exposedIn(config, assignment, request.unit, lookup)) {
    const named = { phase, variant, keyId: key.id, name: request.unit };
    if (exposures.hasReported(experiment, named)) continue;
    const unit = hashOf(request.unit, experiment, environment);
    if (unit === undefined) continue;
    const source = { key: key.id, vouchedBy: "key" as const };
    const attributes = pickAttributes(keptAttributesOf(experiment), request.attributes);
    const exposure = {
      unit,
      variant,
      phase,
      at: now,
      receivedAt: now,
      ...(attributes && { attributes }),
      source,
    };
    exposures.report(experiment, exposure, "deciding", environment.AGGREGATOR, execution);
    exposures.rememberName(experiment, named);
  }
  return assignment;
}

function reportExposure(
  { experiment, variant, phase }: ExposedIn,
  request: AssignmentRequest,
  context: RulesetContext,
): void {
  const { served, environment, execution, now } = context;
  const unit = hashOf(request.unit, experiment, environment);
  if (unit === undefined) return;
  const { covariates } = request;
  const attributes = pickAttributes(keptAttributesOf(experiment), request.attributes);
  const evidence = evidenceOf(context);
  const { source, ledger } = vouchFor(request.unit, experiment, evidence, request, served.ruleset, now);
  const exposure = {
    unit,
    variant,
    phase,
    at: now,
    receivedAt: now,
    ...(covariates && { covariates }),
    ...(attributes && { attributes }),
    source,
  };
  exposures.report(experiment, exposure, ledger, environment.AGGREGATOR, execution);
}

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
  const { caller, key } = context;
  if (key?.configs?.includes(request.config) === false) {
    return err("config_not_found", FAILURES.config_not_found);
  }
  const config = lookup.config(request.config);
  if (!config) return err("config_not_found", FAILURES.config_not_found);
  const result = assignIn(config, request.unit, request.attributes);
  if (!result.ok) return err(result.code, FAILURES[result.code]);
  const { assignment } = result;
  countAssignment(assignment.reason);
  if (request.expose !== false && (key?.quarantinedFrom ?? null) === null) {
    for (const exposed of exposedIn(config, assignment, request.unit, lookup))
      reportExposure(exposed, request, context);
  }
  return ok(
    isPublicScope(caller.scope) ? { ...assignment, value: publicPartOf(assignment.value) } : assignment,
  );
}
