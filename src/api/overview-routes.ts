import { readOverview } from "../lifecycle/overview.ts";
import { overview } from "../model/overview.ts";
import { success } from "../model/refusal.ts";
import { defineRoute } from "./route.ts";

export const overviewRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/overview",
    scope: "read",
    tag: "Results",
    summary:
      "Active experiments with their traffic and forecasts, newest decisions, and what asks for a person",
    reply: overview,
    handle: async ({ context }) => success({ json: await readOverview(context.database, context.now) }),
  }),
];
