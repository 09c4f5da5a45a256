import * as z from "zod";
import { epochMillisecondsSchema } from "#model/identifiers.ts";
import { jsonObjectSchema } from "#shared/json.ts";
import { endpoint } from "./endpoint.ts";
import { timePageSchema } from "./parameters.ts";

/** Who did what to which object, when and why. */
export const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    at: epochMillisecondsSchema,
    /** `key:<id>`, `access:<email>` for people who signed in, `cron`, or `guardrail`. */
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    reason: z.string(),
    details: jsonObjectSchema,
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditListSchema = z.strictObject({ entries: z.array(auditEntrySchema) });

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

export const getAudit = endpoint({
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
});
