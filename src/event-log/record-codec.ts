import * as z from "zod";
import type { LogEntry } from "#ledger/log-entry.ts";

/* How earlier versions stored log entries: each by itself. */

const originShape = {
  a: z.string().optional(),
  b: z.enum(["token", "nobody"]).optional(),
  s: z.string().optional(),
  n: z.literal(true).optional(),
};

const storedExposureSchema = z.strictObject({
  k: z.literal("exposure"),
  u: z.string(),
  v: z.string(),
  t: z.int(),
  r: z.int().optional(),
  c: z.record(z.string(), z.number()).optional(),
  h: z.literal(true).optional(),
  ...originShape,
});

const storedOutcomeSchema = z.strictObject({
  k: z.literal("outcome"),
  id: z.string(),
  u: z.string(),
  v: z.string(),
  t: z.int(),
  r: z.int(),
  m: z.record(z.string(), z.number()),
  l: z.literal(true).optional(),
  p: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  ...originShape,
});

const storedEntriesSchema = z.array(z.discriminatedUnion("k", [storedExposureSchema, storedOutcomeSchema]));
type StoredEntry = z.infer<typeof storedEntriesSchema>[number];

function decodeRecord(entry: StoredEntry): LogEntry {
  const { u: unit, v: variant, t: at, a: key, b: vouchedBy, s: signedBy, n: isReturning } = entry;
  const common = { unit, variant, at, key, vouchedBy, signedBy, isReturning };
  return entry.k === "exposure"
    ? { kind: "exposure", ...common, receivedAt: entry.r, covariates: entry.c, fromHistory: entry.h }
    : {
        kind: "outcome",
        id: entry.id,
        ...common,
        receivedAt: entry.r,
        metrics: entry.m,
        isLate: entry.l,
        properties: entry.p,
      };
}

/** @throws when the value is no list of entries */
export function decodeRecords(stored: unknown): LogEntry[] {
  return storedEntriesSchema.parse(stored).map(decodeRecord);
}
