import { z } from "zod";
import { type UnitState, unitStateSchema } from "#ledger/unit-state.ts";
import { decodeHistograms, encodeHistograms, storedHistogramsSchema } from "./histogram-row.ts";

/*
 * How a unit's state is stored: as a short JSON array, because there is one row for every unit. Variants and metrics are
 * written as their places in the experiment's lists, which never change after its start.
 */

/** The names that rows refer to by their places. */
export interface UnitRowNames {
  variants: readonly string[];
  metrics: readonly string[];
}

const HAS_MULTIPLE_EXPOSURES = 1;
const HAS_NO_HOME = 2;
const IS_LEFT_OUT = 4;
const HAS_RESPONDED = 8;
const HAS_SURPLUS = 16;

/** 53 bits in base 36. */
const MARK_CHARACTERS = 11;

const nameSchema = z.union([z.int().nonnegative(), z.string()]);
const rowSchema = z.tuple([
  /** Variant, flags, phase, exposed at, announced at, responded at, spilled fingerprints, kept fingerprints. */
  nameSchema,
  z.int(),
  z.int().nonnegative(),
  z.int().nullable(),
  z.int().nullable(),
  z.int().nullable(),
  z.int().nonnegative(),
  z.string(),
  /** Metric, sum and count, one after the other. */
  z.array(z.union([z.number(), z.string()])),
  z
    .strictObject({
      q: storedHistogramsSchema.optional(),
      c: z.record(z.string(), z.number()).optional(),
      k: z.array(z.number()).optional(),
      r: z.array(z.int().nonnegative()).optional(),
    })
    .optional(),
]);
type Row = z.infer<typeof rowSchema>;

function placeOf(names: readonly string[], name: string): number | string {
  const place = names.indexOf(name);
  return place < 0 ? name : place;
}

function nameAt(names: readonly string[], place: number | string): string {
  return typeof place === "string" ? place : (names[place] ?? "");
}

/** What the first of a unit's fingerprints were encoded to: they stay, and are written with every new one. */
const encodedMarks = new WeakMap<readonly number[], string>();

function encodeMarks(marks: readonly number[]): string {
  const known = encodedMarks.get(marks) ?? "";
  const first = known.length / MARK_CHARACTERS;
  // Where the oldest have been moved out, everything that follows has moved too.
  let text = first <= marks.length ? known : "";
  for (let index = text.length / MARK_CHARACTERS; index < marks.length; index++)
    text += (marks[index] ?? 0).toString(36).padStart(MARK_CHARACTERS, "0");
  encodedMarks.set(marks, text);
  return text;
}

function decodeMarks(text: string): number[] {
  const marks: number[] = [];
  for (let start = 0; start < text.length; start += MARK_CHARACTERS)
    marks.push(Number.parseInt(text.slice(start, start + MARK_CHARACTERS), 36));
  encodedMarks.set(marks, text);
  return marks;
}

/** A unit's state as text. */
export function encodeUnit(state: UnitState, { variants, metrics }: UnitRowNames): string {
  const flags =
    (state.x ? HAS_MULTIPLE_EXPOSURES : 0) |
    (state.n ? HAS_NO_HOME : 0) |
    (state.l ? IS_LEFT_OUT : 0) |
    (state.o ? HAS_RESPONDED : 0) |
    (state.h ? HAS_SURPLUS : 0);
  const sums: (number | string)[] = [];
  for (const key of Object.keys(state.s)) {
    const sum = state.s[key];
    if (sum) sums.push(placeOf(metrics, key), sum[0], sum[1]);
  }
  const { q, c, k, r } = state;
  const histograms = q && encodeHistograms(q, state.s, metrics);
  const row: Row = [
    placeOf(variants, state.v),
    flags,
    state.p ?? 0,
    state.e ?? null,
    state.g ?? null,
    state.f ?? null,
    state.b,
    encodeMarks(state.i),
    sums,
  ];
  if (q || c || k || r)
    row.push({
      ...(histograms && { q: histograms }),
      ...(c && { c }),
      ...(k && { k: [...k] }),
      ...(r && { r: [...r] }),
    });
  return JSON.stringify(row);
}

/** @throws when the text is no state of a unit: then what is stored is damaged */
export function decodeUnit(text: string, { variants, metrics }: UnitRowNames): UnitState {
  const stored: unknown = JSON.parse(text);
  // Earlier versions stored the state as it is.
  if (!Array.isArray(stored)) return unitStateSchema.parse(stored);
  const [variant, flags, p, e, g, f, b, marks, sums, rest] = rowSchema.parse(stored);
  const s: UnitState["s"] = {};
  for (let place = 0; place < sums.length; place += 3)
    s[nameAt(metrics, sums[place] ?? "")] = [Number(sums[place + 1]), Number(sums[place + 2])];
  const { q, c, k, r } = rest ?? {};
  return {
    v: nameAt(variants, variant),
    ...(p > 0 && { p }),
    ...(e !== null && { e }),
    x: (flags & HAS_MULTIPLE_EXPOSURES) !== 0,
    ...((flags & HAS_NO_HOME) !== 0 && { n: true }),
    ...((flags & IS_LEFT_OUT) !== 0 && { l: true }),
    ...((flags & HAS_RESPONDED) !== 0 && { o: true }),
    ...((flags & HAS_SURPLUS) !== 0 && { h: true }),
    ...(g !== null && { g }),
    ...(f !== null && { f }),
    s,
    ...(q && { q: decodeHistograms(q, s, metrics) }),
    ...(c && { c }),
    ...(k && { k }),
    ...(r && { r }),
    i: decodeMarks(marks),
    b,
  };
}
