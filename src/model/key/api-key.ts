import { z } from "zod";
import { clientTimestamp, description, displayName, epochMilliseconds, resourceKey } from "../identifiers.ts";

/**
 * `client`: assign without prompt text, events · `server`: assign, events · `read`: everything but secrets ·
 * `admin`: everything.
 */
export const keyScope = z.enum(["client", "server", "read", "admin"]);
export type KeyScope = z.infer<typeof keyScope>;

/** Keys of this scope end up in browsers, where everybody may read them. */
export function isPublicScope(scope: KeyScope): boolean {
  return scope === "client";
}

const origin = z
  .string()
  .max(200)
  .refine(
    (text) => URL.parse(text)?.origin === text,
    "an origin is a scheme and a host: https://app.example.com",
  );

/** What a key is bound to; null binds it to nothing. Keys from before there were bounds have none. */
export const keyBounds = z.strictObject({
  /** The AI configs that it may be used for. */
  configs: z.array(resourceKey).min(1).max(100).nullable().default(null),
  /** The origins of the pages that may send it, as browsers name them. Programs can name any. */
  origins: z.array(origin).min(1).max(20).nullable().default(null),
  /** When it ends. */
  expiresAt: epochMilliseconds.nullable().default(null),
});

export type KeyBounds = z.infer<typeof keyBounds>;

export const apiKey = z
  .strictObject({
    id: z.string(),
    name: displayName,
    scope: keyScope,
    ...keyBounds.shape,
    /** About when it was last used: an installation looks every few minutes. */
    lastUsedAt: epochMilliseconds.nullable().default(null),
    /** What came by the key from then on counts nowhere. */
    quarantinedFrom: epochMilliseconds.nullable().default(null),
    createdAt: epochMilliseconds,
    createdBy: z.string(),
    revokedAt: epochMilliseconds.nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyInput = z
  .strictObject({ name: displayName, scope: keyScope, ...keyBounds.shape })
  .meta({ id: "ApiKeyInput" });
export type ApiKeyInput = z.input<typeof apiKeyInput>;

/** The body of a quarantine. */
export const quarantineInput = z
  .strictObject({
    /** What was received by the key from then on counts nowhere. */
    from: clientTimestamp,
    reason: description.default(""),
  })
  .meta({ id: "QuarantineInput" });

export const quarantineReply = z
  .strictObject({
    key: apiKey,
    /** Those whose totals are rebuilt. */
    experiments: z.array(resourceKey),
    /** Those whose totals could not be rebuilt yet: they promote nothing until they are. */
    failed: z.array(resourceKey),
  })
  .meta({ id: "QuarantineReply" });

/** The only reply that ever contains the secret. */
export const createdApiKey = apiKey.extend({ secret: z.string() }).meta({ id: "CreatedApiKey" });
