import { sessionSchema } from "#contract/session.ts";
import { ok } from "#shared/result.ts";
import { defineRoute } from "../http/route.ts";

export const sessionRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/session",
    scope: "read",
    tag: "Session",
    summary: "Who is asking, and what they may do",
    reply: sessionSchema,
    handle: async ({ context }) => ok({ json: context.caller }),
  }),
];
