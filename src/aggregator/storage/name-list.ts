import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Names that are written as their places. Others are written as they are. */
export type NameList = readonly string[];

/** The names that rows of units refer to by their places: those of the experiment. New metrics come behind all others. */
export interface UnitRowNames {
  variants: NameList;
  metrics: NameList;
}

export function rowNamesOf({
  variants,
  metricDefinitions,
}: Pick<AggregatedExperiment, "variants" | "metricDefinitions">): UnitRowNames {
  return { variants, metrics: metricDefinitions.map(({ key }) => key) };
}

/** Writes a name, and one bit with it. */
export function writeName(writer: ByteWriter, name: string, names: NameList, isMarked: boolean): void {
  const place = names.indexOf(name);
  writer.integer(2 * (place + 1) + Number(isMarked));
  if (place < 0) writer.text(name);
}

export function readName(reader: ByteReader, names: NameList): { name: string; isMarked: boolean } {
  const code = reader.integer();
  const isMarked = code % 2 === 1;
  const place = Math.floor(code / 2) - 1;
  if (place < 0) return { name: reader.text(), isMarked };
  const name = names[place];
  if (name === undefined) throw new Error("a row refers to a name that is not in the list");
  return { name, isMarked };
}
