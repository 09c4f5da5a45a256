import { z } from "zod";
import { displayName, epochMilliseconds } from "./identifiers.ts";

/**
 * `client`: assign without prompt text, events · `server`: assign, events · `read`: everything but secrets ·
 * `admin`: everything.
 */
export const keyScope = z.enum(["client", "server", "read", "admin"]);
export type KeyScope = z.infer<typeof keyScope>;

export const apiKey = z
  .strictObject({
    id: z.string(),
    name: displayName,
    scope: keyScope,
    createdAt: epochMilliseconds,
    createdBy: z.string(),
    revokedAt: epochMilliseconds.nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyInput = z.strictObject({ name: displayName, scope: keyScope }).meta({ id: "ApiKeyInput" });

/** The only reply that ever contains the secret. */
export const createdApiKey = apiKey.extend({ secret: z.string() }).meta({ id: "CreatedApiKey" });
