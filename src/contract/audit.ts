import { z } from "zod";
import { epochMilliseconds } from "#model/identifiers.ts";
import { jsonObject } from "#shared/json.ts";

/** Who did what to which object, when and why. */
export const auditEntry = z
  .strictObject({
    id: z.string(),
    at: epochMilliseconds,
    /** `key:<id>`, `access:<email>` for people who signed in, `cron`, or `guardrail`. */
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    reason: z.string(),
    details: jsonObject,
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntry>;
