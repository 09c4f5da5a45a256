import * as z from "zod";
import {
  clientTimestampSchema,
  descriptionSchema,
  displayNameSchema,
  epochMillisecondsSchema,
  resourceKeySchema,
} from "../identifiers.ts";

/**
 * `client`: assign without prompt text, events · `server`: assign, events · `read`: everything but secrets ·
 * `admin`: everything.
 */
export const keyScopeSchema = z.enum(["client", "server", "read", "admin"]);
export type KeyScope = z.infer<typeof keyScopeSchema>;

/** Keys of this scope end up in browsers, where everybody may read them. */
export function isPublicScope(scope: KeyScope): boolean {
  return scope === "client";
}

const originSchema = z
  .string()
  .max(200)
  .refine(
    (text) => URL.parse(text)?.origin === text,
    "an origin is a scheme and a host: https://app.example.com",
  );

/** What a key is bound to; null binds it to nothing. Keys from before there were bounds have none. */
export const keyBoundsSchema = z.strictObject({
  /** The AI configs that it may be used for. */
  configs: z.array(resourceKeySchema).min(1).max(100).nullable().default(null),
  /** The origins of the pages that may send it, as browsers name them. Programs can name any. */
  origins: z.array(originSchema).min(1).max(20).nullable().default(null),
  /** When it ends. */
  expiresAt: epochMillisecondsSchema.nullable().default(null),
});

export type KeyBounds = z.infer<typeof keyBoundsSchema>;

export const apiKeySchema = z
  .strictObject({
    id: z.string(),
    name: displayNameSchema,
    scope: keyScopeSchema,
    ...keyBoundsSchema.shape,
    /** About when it was last used: an installation looks every few minutes. */
    lastUsedAt: epochMillisecondsSchema.nullable().default(null),
    /** What came by the key from then on counts nowhere. */
    quarantinedFrom: epochMillisecondsSchema.nullable().default(null),
    createdAt: epochMillisecondsSchema,
    createdBy: z.string(),
    revokedAt: epochMillisecondsSchema.nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKeySchema>;

export const apiKeyInputSchema = z
  .strictObject({ name: displayNameSchema, scope: keyScopeSchema, ...keyBoundsSchema.shape })
  .meta({ id: "ApiKeyInput" });
export type ApiKeyInput = z.input<typeof apiKeyInputSchema>;

/** The body of a quarantine. */
export const quarantineInputSchema = z
  .strictObject({
    /** What was received by the key from then on counts nowhere. */
    from: clientTimestampSchema,
    reason: descriptionSchema.default(""),
  })
  .meta({ id: "QuarantineInput" });

export const quarantineReplySchema = z
  .strictObject({
    key: apiKeySchema,
    /** Those whose totals are rebuilt. */
    experiments: z.array(resourceKeySchema),
    /** Those whose totals could not be rebuilt yet: they promote nothing until they are. */
    failed: z.array(resourceKeySchema),
  })
  .meta({ id: "QuarantineReply" });

/** The only reply that ever contains the secret. */
export const createdApiKeySchema = apiKeySchema.extend({ secret: z.string() }).meta({ id: "CreatedApiKey" });
