import type { LoggedEvent } from "#contract/event-log.ts";
import { csvLine } from "./csv.ts";

const CSV_COLUMNS = ["id", "unit", "variant", "occurred_at", "received_at", "metric", "value", "properties"];

/** A kind of file of events: how it begins, and what it says of some of them. Pure. */
export interface EventsDocument {
  contentType: string;
  extension: string;
  head: string;
  write: (events: readonly LoggedEvent[]) => string;
}

function csvLines({ id, unit, variant, occurredAt, receivedAt, metrics, properties }: LoggedEvent): string {
  const times = [occurredAt, receivedAt].map((time) => new Date(time).toISOString());
  const start = [id, unit, variant, ...times];
  const end = JSON.stringify(properties);
  const values = Object.entries(metrics);
  if (values.length === 0) return csvLine([...start, null, null, end]);
  return values.map(([metric, value]) => csvLine([...start, metric, value, end])).join("");
}

/** One event a line, as JSON. */
export const NDJSON_EVENTS: EventsDocument = {
  contentType: "application/x-ndjson",
  extension: "ndjson",
  head: "",
  write: (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(""),
};

/** One value of an event a line. */
export const CSV_EVENTS: EventsDocument = {
  contentType: "text/csv; charset=utf-8",
  extension: "csv",
  head: csvLine(CSV_COLUMNS),
  write: (events) => events.map(csvLines).join(""),
};
