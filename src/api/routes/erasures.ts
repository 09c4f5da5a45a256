import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { deleteUnit, getErasure, getErasures, postErasure } from "#contract/erasures.ts";
import { beginErasure, continueErasures, MILLISECONDS_AFTER_REQUEST } from "#lifecycle/erase-unit.ts";
import { log } from "#shared/log.ts";
import { ok } from "#shared/result.ts";
import { findErasure, listErasures } from "#store/erasures.ts";
import { handle, type RequestContext } from "../http/route.ts";

async function erase({ services, environment, execution, act }: RequestContext, unit: string, reason = "") {
  const begun = await beginErasure(services, unitHashesOf(environment), unit, act(reason));
  // The schedule goes on with what is left.
  if (begun.ok)
    execution.waitUntil(
      continueErasures(services, MILLISECONDS_AFTER_REQUEST).catch((cause: unknown) =>
        log("error", "units could not be erased", { cause }),
      ),
    );
  return begun;
}

export const erasureRoutes = [
  handle(deleteUnit, ({ parameters, context }) => erase(context, parameters.unit)),
  handle(postErasure, ({ body, context }) => erase(context, body.unit, body.reason)),
  handle(getErasure, ({ parameters, context }) => findErasure(context.services.database, parameters.id)),
  handle(getErasures, async ({ query, context }) =>
    ok({ erasures: await listErasures(context.services.database, query) }),
  ),
];
