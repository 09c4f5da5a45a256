import { parquetReadObjects } from "hyparquet";
import * as z from "zod";
import { packedBytes, packedText } from "../pack.ts";
import { type ParquetColumn, ParquetTable } from "./parquet-table.ts";

/** A chunk of the event log by itself, wherever it is. */
interface Chunk {
  sequence: number;
  lastSequence: number;
  /** Log entries, packed. */
  entries: string;
}

/** A chunk as a file holds it, not yet as text. */
export interface StoredChunk {
  sequence: number;
  lastSequence: number;
  bytes: Uint8Array;
}

const COLUMNS: readonly ParquetColumn<StoredChunk>[] = [
  { name: "sequence", type: "INT64", valueOf: ({ sequence }) => BigInt(sequence) },
  { name: "last_sequence", type: "INT64", valueOf: ({ lastSequence }) => BigInt(lastSequence) },
  { name: "entries", type: "BYTE_ARRAY", isPacked: true, valueOf: ({ bytes }) => bytes },
];

/** About so much of a row is its place. */
const BYTES_OF_PLACE = 20;

const sequenceSchema = z.bigint().transform(Number).pipe(z.int().nonnegative());
const rowsSchema = z.array(
  z.strictObject({
    sequence: sequenceSchema,
    last_sequence: sequenceSchema,
    entries: z.instanceof(Uint8Array),
  }),
);

/** Chunks as a file in Parquet, a row each, from which they come back as they are. */
export class ChunkFile {
  readonly #table = new ParquetTable(COLUMNS);
  #bytes = 0;

  /** About how large the file is. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws where the chunk is not packed: then what is stored is damaged */
  add({ sequence, lastSequence, entries }: Chunk): void {
    const bytes = packedBytes(entries);
    this.#table.add({ sequence, lastSequence, bytes });
    this.#bytes += bytes.byteLength + BYTES_OF_PLACE;
  }

  /** The whole file. Nothing can be added afterwards. */
  finish(): Uint8Array {
    return this.#table.finish();
  }
}

/** The chunks of a file, in order. @throws when it is none: then what is stored is damaged */
export async function readChunkFile(file: ArrayBuffer): Promise<StoredChunk[]> {
  const rows = rowsSchema.parse(await parquetReadObjects({ file, utf8: false }));
  return rows.map(({ sequence, last_sequence: lastSequence, entries: bytes }) => ({
    sequence,
    lastSequence,
    bytes,
  }));
}

/** Whether a chunk of a file is the same as another. @throws where that one is damaged */
export function isSameChunk(stored: StoredChunk, { sequence, lastSequence, entries }: Chunk): boolean {
  const isSamePlace = stored.sequence === sequence && stored.lastSequence === lastSequence;
  return isSamePlace && textOfChunk(stored) === packedText(packedBytes(entries));
}

/** The text of a chunk: the one that it was written as, or what packing makes of JSON that was not. */
export function textOfChunk({ bytes }: Pick<StoredChunk, "bytes">): string {
  return packedText(bytes);
}
