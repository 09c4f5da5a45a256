import { z } from "zod";
import { epochMillisecondsSchema } from "#model/identifiers.ts";
import { jsonObjectSchema } from "#shared/json.ts";

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
