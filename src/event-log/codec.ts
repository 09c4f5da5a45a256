import { z } from "zod";
import type { LogEntry } from "#ledger/log-entry.ts";

/*
 * The stored form of log entries. Names are short because every event of an experiment's life is stored with them; the views
 * of the database (see `migrations/`) read them too.
 */

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

function encodeEntry(entry: LogEntry): StoredEntry {
  const { unit: u, variant: v, at: t, key: a, vouchedBy: b, signedBy: s, isReturning: n } = entry;
  const origin = { a, b, s, n };
  return entry.kind === "exposure"
    ? { k: "exposure", u, v, t, r: entry.receivedAt, c: entry.covariates, h: entry.fromHistory, ...origin }
    : {
        k: "outcome",
        id: entry.id,
        u,
        v,
        t,
        r: entry.receivedAt,
        m: entry.metrics,
        l: entry.isLate,
        p: entry.properties,
        ...origin,
      };
}

function decodeEntry(entry: StoredEntry): LogEntry {
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

/** Entries as one JSON array, as the outbox and the event log store them. */
export function encodeEntries(entries: readonly LogEntry[]): string {
  return JSON.stringify(entries.map(encodeEntry));
}

/** @throws when the text is no list of entries: then what is stored is damaged */
export function decodeEntries(text: string): LogEntry[] {
  return storedEntriesSchema.parse(JSON.parse(text)).map(decodeEntry);
}
