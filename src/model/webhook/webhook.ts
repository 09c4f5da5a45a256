import * as z from "zod";
import { displayNameSchema, epochMillisecondsSchema } from "../identifiers.ts";
import { messageTypeSchema } from "./message.ts";

/** `standard`: signed JSON, by the Standard Webhooks specification · `slack`: an incoming webhook of Slack. */
export const webhookKindSchema = z.enum(["standard", "slack"]);

const typesSchema = z
  .array(messageTypeSchema)
  .min(1)
  .max(messageTypeSchema.options.length)
  .refine((types) => new Set(types).size === types.length, "each type once");

/** Which addresses are taken beyond that: see `address.ts`. */
const urlSchema = z.string().min(1).max(2_000);

export const webhookSchema = z
  .strictObject({
    id: z.string(),
    name: displayNameSchema,
    kind: webhookKindSchema,
    /** Slack's addresses are secrets: of these only the beginning is told. */
    url: z.string(),
    types: typesSchema,
    createdAt: epochMillisecondsSchema,
    createdBy: z.string(),
    lastDeliveredAt: epochMillisecondsSchema.nullable(),
    /** Since when nothing is sent, and why. */
    disabledAt: epochMillisecondsSchema.nullable(),
    disabledReason: z.string().nullable(),
    /** Until when messages are signed with the former secret as well. */
    previousSecretUntil: epochMillisecondsSchema.nullable(),
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof webhookSchema>;

export const webhookInputSchema = z
  .strictObject({
    name: displayNameSchema,
    kind: webhookKindSchema.default("standard"),
    url: urlSchema,
    types: typesSchema.default([...messageTypeSchema.options]),
  })
  .meta({ id: "WebhookInput" });
export type WebhookInput = z.output<typeof webhookInputSchema>;

/** A change: what is not named stays. */
export const webhookPatchSchema = z
  .strictObject({
    name: displayNameSchema.optional(),
    url: urlSchema.optional(),
    types: typesSchema.optional(),
    enabled: z.boolean().optional(),
    /** Makes a new secret. Messages are signed with the former one as well for a day. */
    rotateSecret: z.literal(true).optional(),
  })
  .meta({ id: "WebhookPatch" });
export type WebhookPatch = z.output<typeof webhookPatchSchema>;

/** The only replies that ever contain the secret: `whsec_…`. Null for Slack, and where a change made no new one. */
export const webhookWithSecretSchema = webhookSchema
  .extend({ secret: z.string().nullable() })
  .meta({ id: "WebhookWithSecret" });

/** One message on its way to one webhook. */
export const deliverySchema = z
  .strictObject({
    /** The message's id, the same at every attempt: `webhook-id`. */
    id: z.string(),
    type: z.string(),
    /** `failed`: given up; it can be repeated. */
    state: z.enum(["pending", "delivered", "failed"]),
    createdAt: epochMillisecondsSchema,
    attempts: z.int().nonnegative(),
    nextAttemptAt: epochMillisecondsSchema.nullable(),
    deliveredAt: epochMillisecondsSchema.nullable(),
    /** Of the last attempt: the status of the answer, or why there was none. */
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type Delivery = z.infer<typeof deliverySchema>;
