import { evaluateFlag, evaluateFlags, type OfrepEvaluation, type OfrepRequest } from "#contract/ofrep.ts";
import { lookUp } from "#ingest/look-up.ts";
import type { Assignment } from "#model/config/assignment.ts";
import { HeldParts, type RulesetLookup } from "#ruleset/lookup.ts";
import { mapParts } from "#ruleset/map-parts.ts";
import { ok, type Result } from "#shared/result.ts";
import { describeError } from "../../http/problems.ts";
import { tagged } from "../../http/reply.ts";
import { entityTagOf } from "../../http/respond.ts";
import { handleWithRuleset, type RulesetContext } from "../../http/route.ts";
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
  context: RulesetContext,
  lookup: RulesetLookup,
  key: string,
  { context: { targetingKey, bakeoffUnitToken: token, ...attributes } }: OfrepRequest,
): Result<OfrepEvaluation> {
  const result = assignUnit(context, lookup, { config: key, unit: targetingKey, attributes, token });
  return result.ok ? ok(toEvaluation(result.value)) : result;
}

/** Changes with the ruleset, with what the caller may see of it, and with the context: with anything that an answer hangs on. */
async function bulkEntityTag(context: RulesetContext, body: OfrepRequest): Promise<Result<string>> {
  const document = await rulesetFor(context, () => true);
  return document.ok
    ? ok(await entityTagOf(`${document.value.entityTag}${JSON.stringify(body.context)}`))
    : document;
}

export const ofrepRoutes = [
  handleWithRuleset(
    evaluateFlag,
    async ({ parameters: { key }, body, context }) => {
      const lookup = await lookUp(context, { configs: [key] });
      if (!lookup.ok) return lookup;
      const result = evaluate(context, lookup.value, key, body);
      if (!result.ok) return result;
      const rulesetVersion = context.served.ruleset.version;
      return ok({ ...result.value, metadata: { ...result.value.metadata, rulesetVersion } });
    },
    ofrepFailures,
  ),
  handleWithRuleset(
    evaluateFlags,
    async ({ body, context }) => {
      const { served, environment, key: apiKey, now } = context;
      const { version } = served.ruleset;
      const entityTag = await bulkEntityTag(context, body);
      if (!entityTag.ok) return entityTag;
      // Evaluated even where the answer will be a 304: whoever still uses what it got before is exposed to it.
      const flags = await mapParts(served.ruleset, apiKey?.configs ?? null, environment.DB, now, (part) => {
        const lookup = new HeldParts();
        lookup.hold(part);
        const result = evaluate(context, lookup, part.key, body);
        return result.ok ? result.value : toOfrepFailure(describeError(result.error), part.key);
      });
      if (!flags.ok) return flags;
      const metadata = { rulesetVersion: version };
      return ok(tagged({ flags: flags.value, metadata }, entityTag.value));
    },
    ofrepFailures,
  ),
];
