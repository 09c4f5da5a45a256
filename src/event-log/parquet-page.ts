import type { LoggedEvent } from "#contract/event-log.ts";
import { type ParquetColumn, ParquetTable } from "#store/archive/parquet-table.ts";
import type { Databases } from "#store/database.ts";
import { readLoggedEvents } from "./page.ts";

/** One value of an event; none where the event has none. */
interface ValueRow {
  event: LoggedEvent;
  metric: string | null;
  value: number | null;
}

/** As in the table of CSV. */
const COLUMNS: readonly ParquetColumn<ValueRow>[] = [
  { name: "id", type: "STRING", valueOf: ({ event }) => event.id },
  { name: "unit", type: "STRING", valueOf: ({ event }) => event.unit },
  { name: "variant", type: "STRING", isSearched: true, valueOf: ({ event }) => event.variant },
  {
    name: "occurred_at",
    type: "TIMESTAMP",
    isSearched: true,
    valueOf: ({ event }) => new Date(event.occurredAt),
  },
  { name: "received_at", type: "TIMESTAMP", valueOf: ({ event }) => new Date(event.receivedAt) },
  { name: "metric", type: "STRING", isNullable: true, isSearched: true, valueOf: ({ metric }) => metric },
  { name: "value", type: "DOUBLE", isNullable: true, valueOf: ({ value }) => value },
  { name: "properties", type: "JSON", valueOf: ({ event }) => event.properties },
];

/**
 * What one file holds at most, beyond its last chunk. It is in memory as a whole while it is written, as its end says where everything
 * is; an isolate has 128 MB for everything, and the bytes are there twice while they grow.
 */
const LARGEST = { rows: 300_000, bytes: 8_000_000 };

/** A file of Parquet with logged events, and where the next one begins. */
export interface ParquetPage {
  bytes: Uint8Array<ArrayBuffer>;
  /** Null where all events up to the newest one are in it. */
  nextCursor: string | null;
}

/**
 * The logged outcome events from a cursor on as a table, a row for each value, in whole chunks.
 * @param cursor `<shard>:<sequence>`
 * @param largest at which a file ends
 */
export async function readParquetPage(
  databases: Databases,
  experiment: string,
  cursor: string,
  largest: { rows: number; bytes: number } = LARGEST,
): Promise<ParquetPage> {
  const table = new ParquetTable(COLUMNS);
  for await (const chunk of readLoggedEvents(databases, experiment, cursor)) {
    for (const event of chunk.events) {
      const values = Object.entries(event.metrics);
      for (const [metric, value] of values) table.add({ event, metric, value });
      if (values.length === 0) table.add({ event, metric: null, value: null });
    }
    if (table.rows >= largest.rows || table.bytes >= largest.bytes)
      return { bytes: Uint8Array.from(table.finish()), nextCursor: chunk.cursor };
  }
  return { bytes: Uint8Array.from(table.finish()), nextCursor: null };
}
