import * as z from "zod";
import { configVersionNumberSchema } from "../config/ai-config.ts";
import { displayNameSchema, resourceKeySchema } from "../identifiers.ts";
import { releaseSchema } from "../release/release.ts";

/** What a webhook can be told of. */
export const messageTypeSchema = z.enum([
  "experiment.started",
  "experiment.promoted",
  "experiment.rolled_back",
  "experiment.stopped",
  "experiment.held",
  "experiment.underpowered",
  "variant.switched_off",
  "release.stage_started",
  "release.advanced",
  "release.completed",
  "release.reverted",
  "limit.approaching",
]);
export type MessageType = z.infer<typeof messageTypeSchema>;

/** What an experiment can be the subject of. */
const experimentMessageTypeSchema = messageTypeSchema.exclude(["limit.approaching"]);
export type ExperimentMessageType = z.infer<typeof experimentMessageTypeSchema>;

const namedVersionSchema = z.strictObject({ key: resourceKeySchema, version: configVersionNumberSchema });

/** Longer reasons are cut off, so that a message stays far below the 20 kB that receivers have to take. */
export const MAXIMUM_REASON_CHARACTERS = 2_000;

/** What happened to an experiment. */
export const messageDataSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    name: displayNameSchema,
    config: resourceKeySchema,
    /** The variant that it is about: the winner, the one that left, the one that did harm. Null where it is about all of them. */
    variant: namedVersionSchema.nullable(),
    control: resourceKeySchema,
    /** The stage of a release that the experiment is; null where it is none. */
    release: releaseSchema.nullable(),
    /** The experiment that goes on with the variant, stage by stage. */
    successor: resourceKeySchema.nullable(),
    /** What happened, as a sentence. */
    summary: z.string(),
    /** Why, in the words of whoever acted, or of the decision. May be empty. */
    reason: z.string().max(MAXIMUM_REASON_CHARACTERS + 1),
    /** `key:<id>`, `access:<email>`, `cron`, or `guardrail`. */
    actor: z.string(),
    /** The experiment's page, as an address within the dashboard. */
    path: z.string(),
  })
  .meta({ id: "WebhookMessageData" });
export type MessageData = z.infer<typeof messageDataSchema>;

/** The body of a message about an experiment. Fields may be added: take those that you know. */
export const experimentMessageSchema = z
  .strictObject({ type: experimentMessageTypeSchema, timestamp: z.iso.datetime(), data: messageDataSchema })
  .meta({ id: "WebhookMessage" });

/** The limits that are watched. */
export const limitNameSchema = z.enum([
  "database_bytes",
  "running_experiments",
  "experiments_of_config",
  "api_keys",
  "metrics",
  "overrides",
  "exclusions",
  "phases",
]);
export type LimitName = z.infer<typeof limitNameSchema>;

/** How much of a limit is used. */
export const limitDataSchema = z
  .strictObject({
    limit: limitNameSchema,
    /** The experiment or AI config that has come near it, or the database (`main`, `log`); null where it is the installation. */
    subject: z.string().nullable(),
    used: z.int().nonnegative(),
    maximum: z.int().positive(),
    /** What happened, as a sentence. */
    summary: z.string(),
    /** What to do about it. */
    reason: z.string().max(MAXIMUM_REASON_CHARACTERS + 1),
    /** The page in the dashboard where something can be done; null where there is none. */
    path: z.string().nullable(),
  })
  .meta({ id: "WebhookLimitData" });
export type LimitData = z.infer<typeof limitDataSchema>;

/** The body of a message about a limit. Fields may be added: take those that you know. */
export const limitMessageSchema = z
  .strictObject({ type: z.literal("limit.approaching"), timestamp: z.iso.datetime(), data: limitDataSchema })
  .meta({ id: "WebhookLimitMessage" });
export type LimitMessage = z.infer<typeof limitMessageSchema>;

/** The body of the message that tries a webhook out. */
export const testMessageSchema = z
  .strictObject({
    type: z.literal("webhook.test"),
    timestamp: z.iso.datetime(),
    data: z.strictObject({ webhook: z.string(), summary: z.string() }),
  })
  .meta({ id: "WebhookTestMessage" });

export const messageSchema = z.discriminatedUnion("type", [
  experimentMessageSchema,
  limitMessageSchema,
  testMessageSchema,
]);
export type Message = z.infer<typeof messageSchema>;
