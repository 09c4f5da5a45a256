import { z } from "zod";
import {
  type OfrepEvaluation,
  type OfrepRequest,
  ofrepBulkEvaluationSchema,
  ofrepEvaluationSchema,
  ofrepRequestSchema,
} from "#contract/ofrep.ts";
import type { Assignment } from "#model/config/assignment.ts";
import { resourceKeySchema } from "#model/identifiers.ts";
import { ok, type Result } from "#shared/result.ts";
import { describeError } from "../../http/problems.ts";
import { entityTagOf } from "../../http/respond.ts";
import { defineRoute, type RequestContext } from "../../http/route.ts";
import { assignUnit } from "../../routes/assign-unit.ts";
import { rulesetFor } from "../../routes/ruleset.ts";
import { ofrepFailures, toOfrepFailure } from "./failure.ts";

/** What stands for a variant where a unit is in no experiment. */
const LIVE = "live";

function toEvaluation(assignment: Assignment): OfrepEvaluation {
  const { config, value, version, experiment, variant, phase, reason } = assignment;
  const arm = experiment === null || phase === null ? {} : { experiment, phase };
  return {
    key: config,
    value,
    variant: variant ?? LIVE,
    reason,
    metadata: { ...arm, version },
  };
}

function evaluate(
  context: RequestContext,
  key: string,
  { context: { targetingKey, bakeoffUnitToken: token, ...attributes } }: OfrepRequest,
): Result<OfrepEvaluation> {
  const result = assignUnit(context, { config: key, unit: targetingKey, attributes, token });
  return result.ok ? ok(toEvaluation(result.value)) : result;
}

/** Changes with the ruleset, with what the caller may see of it, and with the context: with anything that an answer hangs on. */
async function bulkEntityTag(context: RequestContext, request: OfrepRequest): Promise<string> {
  const { entityTag } = await rulesetFor(context);
  return entityTagOf(`${entityTag}${JSON.stringify(request.context)}`);
}

export const ofrepRoutes = [
  defineRoute({
    method: "POST",
    path: "/ofrep/v1/evaluate/flags/:key",
    scope: "client",
    tag: "OpenFeature",
    summary: "OFREP: the AI config as a flag, for the unit that the targeting key names",
    crossOrigin: true,
    failures: ofrepFailures,
    parameters: z.object({ key: resourceKeySchema }),
    body: ofrepRequestSchema,
    reply: ofrepEvaluationSchema,
    async handle({ parameters: { key }, body, context }) {
      const result = evaluate(context, key, body);
      if (!result.ok) return result;
      const rulesetVersion = context.served.ruleset.prepared.version;
      const metadata = { ...result.value.metadata, rulesetVersion };
      return ok({ json: { ...result.value, metadata } });
    },
  }),
  defineRoute({
    method: "POST",
    path: "/ofrep/v1/evaluate/flags",
    scope: "client",
    tag: "OpenFeature",
    summary: "OFREP: all AI configs as flags, for the unit that the targeting key names",
    crossOrigin: true,
    failures: ofrepFailures,
    body: ofrepRequestSchema,
    reply: ofrepBulkEvaluationSchema,
    async handle({ body, context }) {
      const { prepared } = context.served.ruleset;
      // Evaluated even where the answer will be a 304: whoever still uses what it got before is exposed to it.
      const { key: apiKey } = context;
      const configs = [...prepared.configs.keys()].filter(
        (config) => apiKey?.configs?.includes(config) !== false,
      );
      const flags = configs.map((key) => {
        const result = evaluate(context, key, body);
        return result.ok ? result.value : toOfrepFailure(describeError(result.error), key);
      });
      const metadata = { rulesetVersion: prepared.version };
      return ok({ json: { flags, metadata }, entityTag: await bulkEntityTag(context, body) });
    },
  }),
];
