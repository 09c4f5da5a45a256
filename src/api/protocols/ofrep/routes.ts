import { evaluateFlag, evaluateFlags, type OfrepEvaluation, type OfrepRequest } from "#contract/ofrep.ts";
import type { Assignment } from "#model/config/assignment.ts";
import { ok, type Result } from "#shared/result.ts";
import { describeError } from "../../http/problems.ts";
import { tagged } from "../../http/reply.ts";
import { entityTagOf } from "../../http/respond.ts";
import { handle, type RequestContext } from "../../http/route.ts";
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
  handle(
    evaluateFlag,
    ({ parameters: { key }, body, context }) => {
      const result = evaluate(context, key, body);
      if (!result.ok) return result;
      const rulesetVersion = context.served.ruleset.prepared.version;
      return ok({ ...result.value, metadata: { ...result.value.metadata, rulesetVersion } });
    },
    ofrepFailures,
  ),
  handle(
    evaluateFlags,
    async ({ body, context }) => {
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
      return ok(tagged({ flags, metadata }, await bulkEntityTag(context, body)));
    },
    ofrepFailures,
  ),
];
