import * as z from "zod";
import { type UnitState, unitStateSchema } from "#ledger/unit-state.ts";
import type { UnitRowNames } from "./name-list.ts";
import { decodeHistograms, storedHistogramsSchema } from "./text-histogram.ts";

/*
 * How earlier versions stored a unit's state: as a short JSON array, or as it is. It is written anew when it changes. Neither
 * form has a tally: fingerprints do not tell in which phase an event counted, so that none can be made up.
 */

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

function nameAt(names: readonly string[], place: number | string): string {
  return typeof place === "string" ? place : (names[place] ?? "");
}

function decodeMarks(text: string): number[] {
  const marks: number[] = [];
  for (let start = 0; start < text.length; start += MARK_CHARACTERS)
    marks.push(Number.parseInt(text.slice(start, start + MARK_CHARACTERS), 36));
  return marks;
}

/** @throws when the text is no state of a unit: then what is stored is damaged */
export function decodeTextUnit(text: string, { variants, metrics }: UnitRowNames): UnitState {
  const stored: unknown = JSON.parse(text);
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
    t: [],
    i: decodeMarks(marks),
    b,
  };
}
