import * as z from "zod";
import { epochMillisecondsSchema, resourceKeySchema } from "../identifiers.ts";
import { decisionActionSchema, decisionReasonCodeSchema } from "./decision.ts";

/** SHA-256 in hexadecimal. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** What the first record of a chain holds in the place of the hash before it. */
export const CHAIN_START = "0".repeat(64);

/** Names of the values that a decision was computed from and came to; each is stored under its hash. */
export const evidenceHashesSchema = z.strictObject({
  /** SHA-256 of the experiment's spec as JSON, and of its metric definitions. */
  spec: hashSchema,
  metricDefinitions: hashSchema,
  /** Everything else that was taken in, compressed, in parts. */
  inputs: z.array(hashSchema).min(1),
  /** The decision with all checks, the guardrails and the analysis, compressed, in parts. */
  result: z.array(hashSchema).min(1),
});
export type EvidenceHashes = z.infer<typeof evidenceHashesSchema>;

/** Why a record names no values: a person decided, they are too many, they could not be stored, or the memory of them is lost. */
export const missingEvidenceSchema = z.enum(["person", "too_large", "not_stored", "lost"]);
export type MissingEvidence = z.infer<typeof missingEvidenceSchema>;

export const recordOutcomeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("carried_out") }),
  /** A decision to wait, or what had been done before. */
  z.strictObject({ kind: z.literal("nothing_to_do") }),
  /** With the code of the refusal. */
  z.strictObject({ kind: z.literal("refused"), code: z.string() }),
]);
export type RecordOutcome = z.infer<typeof recordOutcomeSchema>;

/** One decision or act, as it is kept for good. */
export const chainRecordSchema = z
  .strictObject({
    version: z.literal(1),
    experiment: resourceKeySchema,
    /** Its place in the chain, from 1 up. */
    sequence: z.int().positive(),
    previousHash: hashSchema,
    /** When it was decided, epoch milliseconds. */
    at: epochMillisecondsSchema,
    /** `cron`, `guardrail`, or the person who acted. */
    actor: z.string(),
    action: decisionActionSchema,
    variant: resourceKeySchema.nullable(),
    /** Null where a person decided. */
    code: decisionReasonCodeSchema.nullable(),
    /** As a sentence, or a person's own words. */
    reason: z.string(),
    outcome: recordOutcomeSchema,
    /** The phase of weights, from 0 up. */
    phase: z.int().nonnegative(),
    /** Of the engine that computed; null where none did. */
    engineVersion: z.string().nullable(),
    evidence: evidenceHashesSchema.nullable(),
    /** Null where there is evidence. */
    missing: missingEvidenceSchema.nullable(),
  })
  .meta({ id: "ChainRecord" });
export type ChainRecord = z.infer<typeof chainRecordSchema>;

/** A record with the SHA-256 of its canonical JSON. */
export const hashedRecordSchema = z.strictObject({ hash: hashSchema, content: chainRecordSchema });
export type HashedRecord = z.infer<typeof hashedRecordSchema>;

/** A record before it has a place. */
export type ChainDraft = Omit<ChainRecord, "version" | "sequence" | "previousHash">;

/** The end of a chain. Whoever keeps its hash elsewhere can tell later whether the chain before it was written anew. */
export const chainHeadSchema = z
  .strictObject({ sequence: z.int().positive(), hash: hashSchema })
  .meta({ id: "ChainHead" });
export type ChainHead = z.infer<typeof chainHeadSchema>;

export const chainFaultSchema = z.enum([
  /** Its text does not have its hash. */
  "record_changed",
  /** It does not follow the one before. */
  "link_broken",
  /** The one before is gone. */
  "record_missing",
  /** A value that it names does not have its hash. */
  "value_changed",
  "value_missing",
  /** What is kept apart of its end does not fit. */
  "end_changed",
]);
export type ChainFault = z.infer<typeof chainFaultSchema>;
