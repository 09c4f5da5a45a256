import { success } from "../model/refusal.ts";
import { session } from "../model/session.ts";
import { defineRoute } from "./route.ts";

export const sessionRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/session",
    scope: "read",
    tag: "Session",
    summary: "Who is asking, and what they may do",
    reply: session,
    handle: async ({ context }) => success({ json: context.caller }),
  }),
];
