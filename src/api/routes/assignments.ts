import { type AssignmentRequest, assign } from "#contract/assignment.ts";
import { lookUp } from "#ingest/look-up.ts";
import type { RulesetLookup } from "#ruleset/lookup.ts";
import { ok, type Result } from "#shared/result.ts";
import { handleWithRuleset, type RulesetContext } from "../http/route.ts";
import { assignUnit } from "./assign-unit.ts";

interface Input {
  body: AssignmentRequest | { requests: AssignmentRequest[] };
  context: RulesetContext;
}

function answer({ body, context }: Input, lookup: RulesetLookup) {
  const state = { rulesetVersion: context.served.ruleset.version, stale: context.served.stale };
  if ("requests" in body) {
    const assignments = body.requests.map((request) => {
      const result = assignUnit(context, lookup, request);
      return result.ok
        ? result.value
        : { config: request.config, code: result.error.code, message: result.error.detail };
    });
    return ok({ assignments, ...state });
  }
  const result = assignUnit(context, lookup, body);
  return result.ok ? ok({ ...result.value, ...state }) : result;
}

/** The hot path: what is in memory is answered without I/O. */
export const assignRoutes = [
  handleWithRuleset(assign, (input) => {
    const { body, context } = input;
    const configs = "requests" in body ? body.requests.map(({ config }) => config) : [body.config];
    const found = lookUp(context, { configs });
    const finish = (lookup: Result<RulesetLookup>) => (lookup.ok ? answer(input, lookup.value) : lookup);
    return found instanceof Promise ? found.then(finish) : finish(found);
  }),
];
