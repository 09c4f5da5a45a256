import type { UnitState } from "#ledger/unit-state.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type NameList, readName, type UnitRowNames, writeName } from "./name-list.ts";
import { decodeTextUnit } from "./text-unit-row.ts";
import { readHistograms, writeHistograms } from "./unit-histograms.ts";
import { hasUsualTally, usualTally } from "./usual-tally.ts";

/*
 * How a unit's state is stored: in few bytes, because there is one row for every unit. Variants and metrics are written as
 * their places in the experiment's lists, which never change after its start.
 */

/** The first byte: how the others are to be read. */
const FORMAT = 1;

/** What is true of a unit, and which parts its row has. */
const FLAGS = {
  hasMultipleExposures: 1,
  hasNoHome: 2,
  isLeftOut: 4,
  hasResponded: 8,
  hasSurplus: 16,
  hasPhase: 32,
  hasExposedAt: 64,
  hasAnnouncedAt: 128,
  hasRespondedAt: 256,
  hasSpilledFingerprints: 512,
  hasHistograms: 1_024,
  hasCovariates: 2_048,
  hasWitnesses: 4_096,
  hasOtherPhases: 8_192,
  hasTally: 16_384,
} as const;
const ALL_FLAGS = 32_767;

function flagsOf({ x, n, l, o, h, p, e, g, f, i, b, q, c, k, r, t }: UnitState): number {
  return (
    (x ? FLAGS.hasMultipleExposures : 0) |
    (n ? FLAGS.hasNoHome : 0) |
    (l ? FLAGS.isLeftOut : 0) |
    (o ? FLAGS.hasResponded : 0) |
    (h ? FLAGS.hasSurplus : 0) |
    (p !== undefined ? FLAGS.hasPhase : 0) |
    (e !== undefined ? FLAGS.hasExposedAt : 0) |
    (g !== undefined ? FLAGS.hasAnnouncedAt : 0) |
    (f !== undefined ? FLAGS.hasRespondedAt : 0) |
    (b > 0 ? FLAGS.hasSpilledFingerprints : 0) |
    (q ? FLAGS.hasHistograms : 0) |
    (c ? FLAGS.hasCovariates : 0) |
    (k ? FLAGS.hasWitnesses : 0) |
    (r ? FLAGS.hasOtherPhases : 0) |
    (hasUsualTally({ t, i, b }) ? 0 : FLAGS.hasTally)
  );
}

/** A metric's place, whether it has a single value, and its sum; then its count where it has another. */
function writeSums(writer: ByteWriter, s: UnitState["s"], metrics: NameList): void {
  const keys = Object.keys(s);
  writer.integer(keys.length);
  for (const key of keys) {
    const [sum, count] = s[key] ?? [0, 0];
    writeName(writer, key, metrics, count === 1);
    writer.number(sum);
    if (count !== 1) writer.number(count);
  }
}

function readSums(reader: ByteReader, metrics: NameList): UnitState["s"] {
  const sums = reader.list((): [string, [number, number]] => {
    const { name, isMarked } = readName(reader, metrics);
    return [name, [reader.number(), isMarked ? 1 : reader.number()]];
  });
  return Object.fromEntries(sums);
}

/** Writes a unit's state behind what has been written. */
export function writeUnit(writer: ByteWriter, state: UnitState, { variants, metrics }: UnitRowNames): void {
  const { v, p, e, g, f, b, s, i, q, c, k, r, t } = state;
  writer.byte(FORMAT);
  writer.integer(flagsOf(state));
  writeName(writer, v, variants, false);
  if (p !== undefined) writer.integer(p);
  let before = 0;
  for (const time of [e, g, f]) {
    if (time === undefined) continue;
    writer.signed(time - before);
    before = time;
  }
  writeSums(writer, s, metrics);
  writer.integer(i.length);
  for (const mark of i) writer.fingerprint(mark);
  if (b > 0) writer.integer(b);
  if (q) writeHistograms(writer, q, s, metrics);
  if (c) {
    const covariates = Object.entries(c);
    writer.integer(covariates.length);
    for (const [key, value] of covariates) {
      writeName(writer, key, metrics, false);
      writer.number(value);
    }
  }
  if (k) {
    writer.integer(k.length);
    for (const witness of k) writer.fingerprint(witness);
  }
  if (r) {
    writer.integer(r.length);
    for (const phase of r) writer.integer(phase);
  }
  if (!hasUsualTally(state)) {
    writer.integer(t.length);
    for (const count of t) writer.integer(count);
  }
}

function decodeBytes(bytes: ArrayBuffer, { variants, metrics }: UnitRowNames): UnitState {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== FORMAT) throw new Error("a unit's row has a format that is not known");
  const flags = reader.integer();
  if (flags > ALL_FLAGS) throw new Error("a unit's row has parts that are not known");
  const has = (flag: number) => (flags & flag) !== 0;
  const { name: v } = readName(reader, variants);
  const p = has(FLAGS.hasPhase) ? reader.integer() : undefined;
  let time = 0;
  const [e, g, f] = [FLAGS.hasExposedAt, FLAGS.hasAnnouncedAt, FLAGS.hasRespondedAt].map((flag) => {
    if (!has(flag)) return undefined;
    time += reader.signed();
    return time;
  });
  const s = readSums(reader, metrics);
  const i = reader.list(() => reader.fingerprint());
  const b = has(FLAGS.hasSpilledFingerprints) ? reader.integer() : 0;
  const q = has(FLAGS.hasHistograms) ? readHistograms(reader, s, metrics) : undefined;
  const c = has(FLAGS.hasCovariates)
    ? reader.list(() => [readName(reader, metrics).name, reader.number()] as const)
    : undefined;
  const k = has(FLAGS.hasWitnesses) ? reader.list(() => reader.fingerprint()) : undefined;
  const r = has(FLAGS.hasOtherPhases) ? reader.list(() => reader.integer()) : undefined;
  const t = has(FLAGS.hasTally) ? reader.list(() => reader.integer()) : usualTally({ i, b });
  if (!reader.isAtEnd) throw new Error("a unit's row goes on behind its end");
  return {
    v,
    ...(p !== undefined && { p }),
    ...(e !== undefined && { e }),
    x: has(FLAGS.hasMultipleExposures),
    ...(has(FLAGS.hasNoHome) && { n: true }),
    ...(has(FLAGS.isLeftOut) && { l: true }),
    ...(has(FLAGS.hasResponded) && { o: true }),
    ...(has(FLAGS.hasSurplus) && { h: true }),
    ...(g !== undefined && { g }),
    ...(f !== undefined && { f }),
    s,
    ...(q && { q }),
    ...(c && { c: Object.fromEntries(c) }),
    ...(k && { k }),
    ...(r && { r }),
    t,
    i,
    b,
  };
}

/**
 * @param stored bytes; a text as earlier versions wrote it
 * @throws when it is no state of a unit: then what is stored is damaged
 */
export function decodeUnit(stored: SqlStorageValue | undefined, names: UnitRowNames): UnitState {
  return stored instanceof ArrayBuffer ? decodeBytes(stored, names) : decodeTextUnit(String(stored), names);
}
