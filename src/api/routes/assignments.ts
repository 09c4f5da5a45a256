import { assign } from "#contract/assignment.ts";
import { ok } from "#shared/result.ts";
import { handle } from "../http/route.ts";
import { assignUnit } from "./assign-unit.ts";

/** The hot path: everything is answered from the isolate's memory. */
export const assignRoutes = [
  handle(assign, ({ body, context }) => {
    const state = { rulesetVersion: context.served.ruleset.prepared.version, stale: context.served.stale };
    if ("requests" in body) {
      const assignments = body.requests.map((request) => {
        const result = assignUnit(context, request);
        return result.ok
          ? result.value
          : { config: request.config, code: result.error.code, message: result.error.detail };
      });
      return ok({ assignments, ...state });
    }
    const result = assignUnit(context, body);
    return result.ok ? ok({ ...result.value, ...state }) : result;
  }),
];
