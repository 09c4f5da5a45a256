import { z } from "zod";
import { keyScopeSchema } from "#model/key/api-key.ts";

/** Who is asking, and what they may do. */
export const sessionSchema = z
  .strictObject({
    /** As the audit names them. */
    actor: z.string(),
    scope: keyScopeSchema,
    /** `key`: a bearer key · `access`: somebody signed in through Cloudflare Access */
    source: z.enum(["key", "access"]),
    /** Null for keys. */
    email: z.string().nullable(),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;
