import { unitHashesOf } from "#aggregator/unit-hash.ts";
import {
  getHoldout,
  getHoldoutResults,
  getHoldouts,
  type Holdout,
  type HoldoutResults,
  postHoldout,
  postHoldoutEnd,
} from "#contract/holdouts.ts";
import { endHoldout, findHoldout, startHoldout } from "#lifecycle/holdouts.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { holdoutMarkdown } from "#reporter/documents/holdout-markdown.ts";
import { describeHoldouts, readHoldoutResults } from "#results/holdouts.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { listHoldouts } from "#store/holdouts.ts";
import { document, type SpecialReply } from "../http/reply.ts";
import { handle, type RequestContext } from "../http/route.ts";

async function describe(
  holdout: Result<Experiment>,
  { services }: Pick<RequestContext, "services">,
): Promise<Result<Holdout>> {
  if (!holdout.ok) return holdout;
  const [described] = await describeHoldouts(services, [holdout.value]);
  return described ? ok(described) : err("holdout_not_found", "There is no such holdout.");
}

export const holdoutRoutes = [
  handle(getHoldouts, async ({ context: { services } }) => {
    const holdouts = await listHoldouts(services.database);
    return ok({ holdouts: await describeHoldouts(services, holdouts) });
  }),
  handle(postHoldout, async ({ body, context }) => {
    const { services, act, environment } = context;
    const unitKeyId = unitHashesOf(environment).currentId;
    return describe(await startHoldout(services.database, body, { ...act(body.reason), unitKeyId }), context);
  }),
  handle(getHoldout, async ({ parameters, context }) =>
    describe(await findHoldout(context.services.database, parameters.key), context),
  ),
  handle(postHoldoutEnd, async ({ parameters, body, context }) => {
    const { services, act } = context;
    const found = await findHoldout(services.database, parameters.key);
    return describe(
      found.ok ? await endHoldout(services.database, found.value, act(body.reason)) : found,
      context,
    );
  }),
  handle(
    getHoldoutResults,
    async ({ parameters, query, context: { services } }): Promise<Result<HoldoutResults | SpecialReply>> => {
      const found = await findHoldout(services.database, parameters.key);
      if (!found.ok) return found;
      const results = await readHoldoutResults(services, found.value);
      if (query.format === "json") return ok(results);
      return ok(document(holdoutMarkdown(results), "text/markdown; charset=utf-8", {}));
    },
  ),
];
