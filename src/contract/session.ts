import * as z from "zod";
import { keyScopeSchema } from "#model/key/api-key.ts";
import { endpoint } from "./endpoint.ts";

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

export const getSession = endpoint({
  method: "GET",
  path: "/v1/session",
  scope: "read",
  tag: "Session",
  summary: "Who is asking, and what they may do",
  reply: sessionSchema,
});
