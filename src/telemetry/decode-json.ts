import { z } from "zod";
import { type Attributes, attributeList } from "./attributes.ts";
import { type LogRecord, logRecord, MAXIMUM_ITEMS, type Span, span } from "./otlp.ts";

/** What could be read of a request. */
export interface Decoded<Item> {
  items: Item[];
  /** Why items could not be read, one reason each. */
  malformed: string[];
}

export type Decoding<Item> = { ok: true; decoded: Decoded<Item> } | { ok: false; reason: string };

const nullishArray = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);

const resource = z.object({ attributes: z.unknown().optional() }).nullish();

const traceRequest = z
  .object({
    resourceSpans: nullishArray(
      z.object({ resource, scopeSpans: nullishArray(z.object({ spans: nullishArray(z.unknown()) })) }),
    ),
  })
  .transform(({ resourceSpans }) =>
    resourceSpans.map((group) => ({
      resource: group.resource?.attributes,
      items: group.scopeSpans.flatMap(({ spans }) => spans),
    })),
  );

const logRequest = z
  .object({
    resourceLogs: nullishArray(
      z.object({ resource, scopeLogs: nullishArray(z.object({ logRecords: nullishArray(z.unknown()) })) }),
    ),
  })
  .transform(({ resourceLogs }) =>
    resourceLogs.map((group) => ({
      resource: group.resource?.attributes,
      items: group.scopeLogs.flatMap(({ logRecords }) => logRecords),
    })),
  );

function describe({ issues }: z.ZodError): string {
  const [first] = issues;
  return first ? `${first.path.join(".")}: ${first.message}` : "it is not what OTLP says";
}

function decode<Item>(
  request: z.ZodType<{ resource: unknown; items: unknown[] }[]>,
  item: z.ZodType<Item>,
  raw: unknown,
): Decoding<Item & { resource: Attributes }> {
  const groups = request.safeParse(raw);
  if (!groups.success) return { ok: false, reason: describe(groups.error) };
  const count = groups.data.reduce((sum, group) => sum + group.items.length, 0);
  if (count > MAXIMUM_ITEMS) return { ok: false, reason: `a request holds at most ${MAXIMUM_ITEMS} items` };
  const items: (Item & { resource: Attributes })[] = [];
  const malformed: string[] = [];
  for (const group of groups.data) {
    const inherited = attributeList.safeParse(group.resource);
    for (const entry of group.items) {
      const parsed = item.safeParse(entry);
      if (!parsed.success) malformed.push(describe(parsed.error));
      else if (!inherited.success) malformed.push(`resource.${describe(inherited.error)}`);
      else items.push({ ...parsed.data, resource: inherited.data });
    }
  }
  return { ok: true, decoded: { items, malformed } };
}

/** Reads an `ExportTraceServiceRequest` in OTLP's JSON mapping. A malformed span does not sink its neighbours. */
export function decodeTraces(raw: unknown): Decoding<Span> {
  return decode(traceRequest, span, raw);
}

/** Reads an `ExportLogsServiceRequest` in OTLP's JSON mapping. A malformed record does not sink its neighbours. */
export function decodeLogs(raw: unknown): Decoding<LogRecord> {
  return decode(logRequest, logRecord, raw);
}
