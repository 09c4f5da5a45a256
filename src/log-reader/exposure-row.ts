import type { ByteReader } from "#aggregator/storage/byte-reader.ts";
import type { ByteWriter } from "#aggregator/storage/byte-writer.ts";
import { readName, type UnitRowNames, writeName } from "#aggregator/storage/name-list.ts";
import type { ExposureEntry } from "#ledger/log-entry.ts";
import { unitAttributesSchema } from "#model/unit/adjustment.ts";

/** What is true of an exposure, and which parts it has. */
const FLAGS = {
  isReturning: 1,
  fromHistory: 2,
  hasReceivedAt: 4,
  hasCovariates: 8,
  hasPhase: 16,
  hasKey: 32,
  hasSignedBy: 64,
  isByToken: 128,
  isByNobody: 256,
  hasAttributes: 512,
} as const;

function flagsOf(exposure: ExposureEntry): number {
  const { isReturning, fromHistory, receivedAt, covariates, attributes, phase, key, signedBy, vouchedBy } =
    exposure;
  return (
    (isReturning ? FLAGS.isReturning : 0) |
    (fromHistory ? FLAGS.fromHistory : 0) |
    (receivedAt !== undefined ? FLAGS.hasReceivedAt : 0) |
    (covariates ? FLAGS.hasCovariates : 0) |
    (phase !== undefined ? FLAGS.hasPhase : 0) |
    (key !== undefined ? FLAGS.hasKey : 0) |
    (signedBy !== undefined ? FLAGS.hasSignedBy : 0) |
    (vouchedBy === "token" ? FLAGS.isByToken : 0) |
    (vouchedBy === "nobody" ? FLAGS.isByNobody : 0) |
    (attributes ? FLAGS.hasAttributes : 0)
  );
}

/** Writes a unit's exposures. */
export function writeExposures(
  writer: ByteWriter,
  exposures: readonly ExposureEntry[],
  { variants, metrics }: UnitRowNames,
): void {
  writer.integer(exposures.length);
  for (const exposure of exposures) {
    const { unit, variant, at, receivedAt, covariates, attributes, phase, key, signedBy } = exposure;
    writer.integer(flagsOf(exposure));
    writer.text(unit);
    writeName(writer, variant, variants, false);
    writer.signed(at);
    if (receivedAt !== undefined) writer.signed(receivedAt - at);
    if (phase !== undefined) writer.integer(phase);
    if (key !== undefined) writer.text(key);
    if (signedBy !== undefined) writer.text(signedBy);
    if (attributes) writer.text(JSON.stringify(attributes));
    if (!covariates) continue;
    const entries = Object.entries(covariates);
    writer.integer(entries.length);
    for (const [name, value] of entries) {
      writeName(writer, name, metrics, false);
      writer.number(value);
    }
  }
}

function readExposure(reader: ByteReader, { variants, metrics }: UnitRowNames): ExposureEntry {
  const flags = reader.integer();
  const has = (flag: number) => (flags & flag) !== 0;
  const unit = reader.text();
  const variant = readName(reader, variants).name;
  const at = reader.signed();
  const receivedAt = has(FLAGS.hasReceivedAt) ? at + reader.signed() : undefined;
  const phase = has(FLAGS.hasPhase) ? reader.integer() : undefined;
  const key = has(FLAGS.hasKey) ? reader.text() : undefined;
  const signedBy = has(FLAGS.hasSignedBy) ? reader.text() : undefined;
  const attributes = has(FLAGS.hasAttributes)
    ? unitAttributesSchema.parse(JSON.parse(reader.text()))
    : undefined;
  const covariates = has(FLAGS.hasCovariates)
    ? reader.list(() => [readName(reader, metrics).name, reader.number()] as const)
    : undefined;
  return {
    kind: "exposure",
    unit,
    variant,
    at,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(phase !== undefined && { phase }),
    ...(key !== undefined && { key }),
    ...(signedBy !== undefined && { signedBy }),
    ...(covariates && { covariates: Object.fromEntries(covariates) }),
    ...(attributes && { attributes }),
    ...(has(FLAGS.isByToken) && { vouchedBy: "token" }),
    ...(has(FLAGS.isByNobody) && { vouchedBy: "nobody" }),
    ...(has(FLAGS.isReturning) && { isReturning: true }),
    ...(has(FLAGS.fromHistory) && { fromHistory: true }),
  };
}

/** Reads what `writeExposures` has written. */
export function readExposures(reader: ByteReader, names: UnitRowNames): ExposureEntry[] {
  return reader.list(() => readExposure(reader, names));
}
