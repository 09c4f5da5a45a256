import { z } from "zod";
import { auditListSchema } from "#contract/lists.ts";
import { ok } from "#shared/result.ts";
import { listAudit } from "#store/audit.ts";
import { timePageSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

/** `config:support-answer`, `experiment:answer-length`, … */
const auditSubjectSchema = z
  .string()
  .regex(/^[a-z_]+:[^\s:]{1,64}$/, "a kind of object and its key, as in config:support-answer");

/** `key:admin`, `access:person@example.com`, `cron`, … */
const auditActorSchema = z.string().min(1).max(320);

/** `experiment.start`, `config.set_live`, … */
const auditActionSchema = z
  .string()
  .regex(/^[a-z_]{1,32}\.[a-z_]{1,32}$/, "what was done, as in experiment.start");

export const auditRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/audit",
    scope: "read",
    tag: "Audit",
    summary: "Who did what, when and why, newest first; narrowed to one object, one actor, one kind of act",
    query: timePageSchema.omit({ before: true }).extend({
      before: z.uuid().optional(),
      subject: auditSubjectSchema.optional(),
      actor: auditActorSchema.optional(),
      action: auditActionSchema.optional(),
    }),
    reply: auditListSchema,
    handle: async ({ query, context }) => ok({ json: { entries: await listAudit(context.database, query) } }),
  }),
];
