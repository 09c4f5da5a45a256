import { aggregatorsOf } from "#aggregator/client.ts";
import { getLoggedEvents, type LoggedEventPage } from "#contract/event-log.ts";
import { readEventPage, readLoggedEvents } from "#event-log/page.ts";
import { readParquetPage } from "#event-log/parquet-page.ts";
import { CSV_EVENTS, type EventsDocument, NDJSON_EVENTS } from "#reporter/documents/events.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Databases } from "#store/database.ts";
import { bytes, type SpecialReply, streamed } from "../http/reply.ts";
import { handle } from "../http/route.ts";
import { withExperiment } from "../http/with-experiment.ts";

const DOCUMENTS = { ndjson: NDJSON_EVENTS, csv: CSV_EVENTS };

async function* textsOf(
  databases: Databases,
  experiment: string,
  cursor: string,
  { head, write }: EventsDocument,
): AsyncGenerator<string> {
  if (head !== "") yield head;
  for await (const { events } of readLoggedEvents(databases, experiment, cursor))
    if (events.length > 0) yield write(events);
}

/** A file, and where the next one is. */
async function parquetOf(databases: Databases, experiment: string, cursor: string): Promise<SpecialReply> {
  const page = await readParquetPage(databases, experiment, cursor);
  const file = `${experiment}-events-${cursor.replace(":", "-")}.parquet`;
  const address = `/v1/experiments/${encodeURIComponent(experiment)}/events`;
  const next = page.nextCursor === null ? undefined : `${address}?format=parquet&cursor=${page.nextCursor}`;
  return bytes(page.bytes, "application/vnd.apache.parquet", {
    "content-disposition": `attachment; filename="${file}"`,
    ...(next !== undefined && { link: `<${next}>; rel="next"` }),
  });
}

export const eventLogRoutes = [
  handle(
    getLoggedEvents,
    withExperiment(
      async (experiment, { query, context }): Promise<Result<LoggedEventPage | SpecialReply>> => {
        const { services } = context;
        const aggregators = aggregatorsOf(services.aggregators, experiment);
        await Promise.all(aggregators.map((aggregator) => aggregator.flush()));
        const { key } = experiment.spec;
        if (query.format === "json") return ok(await readEventPage(services, key, query));
        if (query.format === "parquet") return ok(await parquetOf(services, key, query.cursor));
        const kind = DOCUMENTS[query.format];
        const file = `${key}-events.${kind.extension}`;
        const texts = textsOf(services, key, query.cursor, kind);
        return ok(
          streamed(texts, kind.contentType, { "content-disposition": `attachment; filename="${file}"` }),
        );
      },
    ),
  ),
];
