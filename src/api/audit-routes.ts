import { z } from "zod";
import { auditList } from "../model/listing.ts";
import { success } from "../model/refusal.ts";
import { listAudit } from "../store/audit.ts";
import { timePage } from "./paging.ts";
import { defineRoute } from "./route.ts";

export const auditRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/audit",
    scope: "read",
    tag: "Audit",
    summary: "Who did what, when and why, newest first",
    query: timePage.omit({ before: true }).extend({ before: z.uuid().optional() }),
    reply: auditList,
    handle: async ({ query, context }) =>
      success({ json: { entries: await listAudit(context.database, query) } }),
  }),
];
