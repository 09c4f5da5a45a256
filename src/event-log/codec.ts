import * as z from "zod";
import type { LogEntry, ObservedEntry } from "#ledger/log-entry.ts";
import {
  decodeDifferences,
  decodeShaped,
  dictionarySchema,
  encodeDictionary,
  encodeDifferences,
  encodeShaped,
  numberOf,
  shapedSchema,
  textOf,
} from "./columns.ts";
import { decodeRecords } from "./record-codec.ts";

/*
 * The stored form of log entries: a batch of them by column. Every event of an experiment's life is stored with it, so that
 * names are short.
 */

const OUTCOME = "o";
const EXPOSURE = "e";
const ERASURE = "x";
const LETTERS = { outcome: OUTCOME, exposure: EXPOSURE, erasure: ERASURE } as const;

const batchSchema = z.strictObject({
  /** The kind of every entry, a letter each. */
  k: z.string(),
  u: z.array(z.string()),
  v: dictionarySchema,
  /** When they happened, as differences. */
  t: z.array(z.int()),
  /** How long after that they were received, or null. */
  r: z.array(z.int().nullable()),
  /** Of outcomes only, in their order. */
  id: z.array(z.string()),
  m: shapedSchema.optional(),
  p: shapedSchema.optional(),
  /** Of exposures only, in their order. */
  c: shapedSchema.optional(),
  d: shapedSchema.optional(),
  /** Of erasures only, in their order. */
  w: dictionarySchema.optional(),
  /** Columns that most batches have no or one value in. */
  l: dictionarySchema.optional(),
  h: dictionarySchema.optional(),
  f: dictionarySchema.optional(),
  n: dictionarySchema.optional(),
  a: dictionarySchema.optional(),
  b: dictionarySchema.optional(),
  s: dictionarySchema.optional(),
});
type Batch = z.infer<typeof batchSchema>;

const voucherSchema = z.enum(["token", "nobody"]).optional();
const valuesSchema = z.record(z.string(), z.number());

/** Entries as one JSON object, as the outbox stores them. */
export function encodeBatch(entries: readonly LogEntry[]): string {
  const outcomes = entries.filter((entry) => entry.kind === "outcome");
  const exposures = entries.filter((entry) => entry.kind === "exposure");
  const erasures = entries.filter((entry) => entry.kind === "erasure");
  // An erasure leaves a gap in the columns that it has no part in.
  const observed = entries.map((entry): Partial<ObservedEntry> => (entry.kind === "erasure" ? {} : entry));
  const batch: Batch = {
    k: entries.map(({ kind }) => LETTERS[kind]).join(""),
    u: entries.map(({ unit }) => unit),
    v: encodeDictionary(observed.map(({ variant }) => variant)) ?? { values: [] },
    t: encodeDifferences(entries.map(({ at }) => at)),
    r: observed.map(({ at = 0, receivedAt }) => (receivedAt === undefined ? null : receivedAt - at)),
    id: outcomes.map(({ id }) => id),
    m: encodeShaped(outcomes.map(({ metrics }) => metrics)),
    p: encodeShaped(outcomes.map(({ properties }) => properties)),
    c: encodeShaped(exposures.map(({ covariates }) => covariates)),
    d: encodeShaped(exposures.map(({ attributes }) => attributes)),
    l: encodeDictionary(outcomes.map(({ isLate }) => (isLate ? 1 : undefined))),
    h: encodeDictionary(exposures.map(({ fromHistory }) => (fromHistory ? 1 : undefined))),
    f: encodeDictionary(entries.map(({ phase }) => phase || undefined)),
    w: encodeDictionary(erasures.map(({ wasCounted }) => (wasCounted ? 1 : undefined))),
    n: encodeDictionary(observed.map(({ isReturning }) => (isReturning ? 1 : undefined))),
    a: encodeDictionary(observed.map(({ key }) => key)),
    b: encodeDictionary(observed.map(({ vouchedBy }) => vouchedBy)),
    s: encodeDictionary(observed.map(({ signedBy }) => signedBy)),
  };
  return JSON.stringify(batch);
}

function decodeBatch(batch: Batch): LogEntry[] {
  const times = decodeDifferences(batch.t);
  const metrics = decodeShaped(batch.m, batch.id.length);
  const properties = decodeShaped(batch.p, batch.id.length);
  const exposed = batch.k.split(EXPOSURE).length - 1;
  const covariates = decodeShaped(batch.c, exposed);
  const attributes = decodeShaped(batch.d, exposed);
  let [outcomes, exposures, erasures] = [0, 0, 0];
  return batch.u.map((unit, row) => {
    const at = times[row] ?? 0;
    const delay = batch.r[row] ?? null;
    if (batch.k[row] === ERASURE) {
      const wasCounted = numberOf(batch.w, erasures++) === 1 ? true : undefined;
      return { kind: "erasure", unit, at, phase: numberOf(batch.f, row), wasCounted };
    }
    const common = {
      unit,
      variant: textOf(batch.v, row) ?? "",
      at,
      phase: numberOf(batch.f, row),
      isReturning: numberOf(batch.n, row) === 1 ? (true as const) : undefined,
      key: textOf(batch.a, row),
      vouchedBy: voucherSchema.parse(textOf(batch.b, row)),
      signedBy: textOf(batch.s, row),
    };
    if (batch.k[row] === OUTCOME) {
      const place = outcomes++;
      return {
        kind: "outcome",
        ...common,
        id: batch.id[place] ?? "",
        receivedAt: at + (delay ?? 0),
        metrics: valuesSchema.parse(metrics.next().value ?? {}),
        properties: properties.next().value ?? undefined,
        isLate: numberOf(batch.l, place) === 1 ? true : undefined,
      };
    }
    const place = exposures++;
    const values = covariates.next().value;
    return {
      kind: "exposure",
      ...common,
      receivedAt: delay === null ? undefined : at + delay,
      covariates: values ? valuesSchema.parse(values) : undefined,
      fromHistory: numberOf(batch.h, place) === 1 ? true : undefined,
      attributes: attributes.next().value ?? undefined,
    };
  });
}

/**
 * Reads what `encodeBatch` has written, one batch or a list of them, and lists of records, which earlier versions wrote.
 * @param batches reads only so many, the first ones; nothing where they cannot be told apart any more
 * @throws when the text is neither: then what is stored is damaged
 */
export function decodeEntries(text: string, batches?: number): LogEntry[] {
  const stored: unknown = JSON.parse(text);
  if (!Array.isArray(stored)) return batches === undefined ? decodeBatch(batchSchema.parse(stored)) : [];
  const [first] = stored;
  const isRecords = typeof first === "object" && first !== null && "t" in first && !Array.isArray(first.t);
  if (isRecords) return batches === undefined ? decodeRecords(stored) : [];
  return z.array(batchSchema).parse(stored).slice(0, batches).flatMap(decodeBatch);
}
