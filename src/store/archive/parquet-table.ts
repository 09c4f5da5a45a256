import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";

/** A column of a table in Parquet, and what it holds of a row. */
export interface ParquetColumn<Row> {
  name: string;
  type: "STRING" | "INT32" | "INT64" | "DOUBLE" | "BOOLEAN" | "TIMESTAMP" | "JSON" | "BYTE_ARRAY";
  /** Whether rows may have no value. */
  isNullable?: boolean;
  /** Bytes that are packed already, and differ in every row. */
  isPacked?: boolean;
  /** Whether readers may skip groups of rows by its least and largest value. */
  isSearched?: boolean;
  valueOf(row: Row): unknown;
}

/** So many rows are compressed together, in some 50 ms; only these are in memory uncompressed. */
const ROWS_PER_GROUP = 5_000;

/** A table that is written row by row, as the bytes of a file. */
export class ParquetTable<Row> {
  readonly #columns: readonly ParquetColumn<Row>[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #waiting: Row[] = [];
  #rows = 0;

  constructor(columns: readonly ParquetColumn<Row>[]) {
    this.#columns = columns;
    const schema = schemaFromColumnData({
      columnData: columns.map(({ name, type, isNullable = false }) => ({
        name,
        type,
        nullable: isNullable,
        data: [],
      })),
    });
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: "bakeoff" });
  }

  get rows(): number {
    return this.#rows;
  }

  /** Of the file so far, without the rows that wait to be compressed. */
  get bytes(): number {
    return this.#bytes.offset;
  }

  add(row: Row): void {
    this.#waiting.push(row);
    this.#rows += 1;
    if (this.#waiting.length >= ROWS_PER_GROUP) this.#writeGroup();
  }

  /** The whole file. Nothing can be added afterwards. */
  finish(): Uint8Array {
    this.#writeGroup();
    this.#writer.finish();
    return this.#bytes.getBytes();
  }

  #writeGroup(): void {
    if (this.#waiting.length === 0) return;
    this.#writer.write({
      rowGroupSize: ROWS_PER_GROUP,
      columnData: this.#columns.map(({ name, isPacked = false, isSearched = false, ...column }) => ({
        name,
        statistics: isSearched,
        data: this.#waiting.map((row) => column.valueOf(row)),
        ...(isPacked && { encoding: "PLAIN" as const, codec: "UNCOMPRESSED" as const }),
      })),
    });
    this.#waiting = [];
  }
}
