import { z } from "zod";
import { auditList } from "../model/listing.ts";
import { success } from "../model/refusal.ts";
import { listAudit } from "../store/audit.ts";
import { timePage } from "./paging.ts";
import { defineRoute } from "./route.ts";

/** `config:support-answer`, `experiment:answer-length`, … */
const auditSubject = z
  .string()
  .regex(/^[a-z_]+:[^\s:]{1,64}$/, "a kind of object and its key, as in config:support-answer");

export const auditRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/audit",
    scope: "read",
    tag: "Audit",
    summary: "Who did what, when and why, newest first; or what was done to one object",
    query: timePage
      .omit({ before: true })
      .extend({ before: z.uuid().optional(), subject: auditSubject.optional() }),
    reply: auditList,
    handle: async ({ query, context }) =>
      success({ json: { entries: await listAudit(context.database, query) } }),
  }),
];
