import { overviewSchema } from "#contract/overview.ts";
import { readOverview } from "#results/overview.ts";
import { ok } from "#shared/result.ts";
import { defineRoute } from "../http/route.ts";

export const overviewRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/overview",
    scope: "read",
    tag: "Results",
    summary:
      "Active experiments with their traffic and forecasts, newest decisions, and what asks for a person",
    reply: overviewSchema,
    handle: async ({ context }) => ok({ json: await readOverview(context.database, context.now) }),
  }),
];
