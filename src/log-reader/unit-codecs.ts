import { ByteReader } from "#aggregator/storage/byte-reader.ts";
import type { UnitRowNames } from "#aggregator/storage/name-list.ts";
import { decodeUnit, writeUnit } from "#aggregator/storage/unit-row.ts";
import type { GroupedUnit } from "#event-log/groups.ts";
import { type UnitVariant, unitVariantSchema } from "#event-log/unit-variants.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { readExposures, writeExposures } from "./exposure-row.ts";
import type { UnitCodec, UnitParts } from "./unit-rows.ts";

const ONLY = "";

/** @throws when there is no such part: then what is stored is damaged */
function readerOf(parts: UnitParts, part: string): ByteReader {
  const bytes = parts.get(part);
  if (!(bytes instanceof ArrayBuffer)) throw new Error("a unit's row is not of bytes");
  return new ByteReader(bytes);
}

/** A unit as a ledger knows it. */
export function unitStateCodec(names: UnitRowNames): UnitCodec<UnitState> {
  return {
    encode: (state) => [[ONLY, (writer) => writeUnit(writer, state, names)]],
    decode: (parts) => decodeUnit(parts.get(ONLY), names),
  };
}

/** The variant of a unit. */
export const unitVariantCodec: UnitCodec<UnitVariant> = {
  encode: (variant) => [[ONLY, (writer) => writer.text(JSON.stringify(variant))]],
  decode: (parts) => unitVariantSchema.parse(JSON.parse(readerOf(parts, ONLY).text())),
};

/** A count of something of a unit. */
export const unitCountCodec: UnitCodec<number> = {
  encode: (value) => [[ONLY, (writer) => writer.integer(value)]],
  decode: (parts) => readerOf(parts, ONLY).integer(),
};

const EXPOSURES = "exposures";
const GROUP = "group:";

/** A unit in its groups: a row for each of them. */
export function groupedUnitCodec(names: UnitRowNames): UnitCodec<GroupedUnit> {
  return {
    *encode({ exposures, groups }) {
      yield [EXPOSURES, (writer) => writeExposures(writer, exposures, names)];
      for (const [group, state] of groups) yield [GROUP + group, (writer) => writeUnit(writer, state, names)];
    },
    decode(parts) {
      const groups = new Map<string, UnitState>();
      for (const [part, stored] of parts)
        if (part.startsWith(GROUP)) groups.set(part.slice(GROUP.length), decodeUnit(stored, names));
      return { exposures: readExposures(readerOf(parts, EXPOSURES), names), groups };
    },
  };
}
