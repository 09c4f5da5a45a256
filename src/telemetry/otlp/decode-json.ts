import * as z from "zod";
import { failure, ok, type Result } from "#shared/result.ts";
import { type Attributes, readAttributes, roundWholeNumbers, textOf } from "./attributes.ts";
import { NAMES } from "./names.ts";
import {
  isObservation,
  type LogRecord,
  logRecordSchema,
  MAXIMUM_ITEMS,
  type Span,
  type SpanEvent,
  spanSchema,
} from "./otlp.ts";

/** What could be read of a request. */
export interface Decoded<Item> {
  items: Item[];
  /** Why items could not be read, one reason each. */
  malformed: string[];
}

export type Decoding<Item> = Result<Decoded<Item>, string>;

const nullishArray = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);

const resourceSchema = z.object({ attributes: z.unknown().optional() }).nullish();
const scopeSchema = z
  .object({ name: z.string().nullish().catch("") })
  .nullish()
  .catch(null);

/** What came from one instrumentation of one resource. */
interface Group {
  resource: unknown;
  scope: string;
  items: unknown[];
}

const traceRequestSchema = z
  .object({
    resourceSpans: nullishArray(
      z.object({
        resource: resourceSchema,
        scopeSpans: nullishArray(z.object({ scope: scopeSchema, spans: nullishArray(z.unknown()) })),
      }),
    ),
  })
  .transform(({ resourceSpans }) =>
    resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.map(
        ({ scope, spans }): Group => ({
          resource: resource?.attributes,
          scope: scope?.name ?? "",
          items: spans,
        }),
      ),
    ),
  );

const logRequestSchema = z
  .object({
    resourceLogs: nullishArray(
      z.object({
        resource: resourceSchema,
        scopeLogs: nullishArray(z.object({ logRecords: nullishArray(z.unknown()) })),
      }),
    ),
  })
  .transform(({ resourceLogs }) =>
    resourceLogs.flatMap(({ resource, scopeLogs }) =>
      scopeLogs.map(
        ({ logRecords }): Group => ({ resource: resource?.attributes, scope: "", items: logRecords }),
      ),
    ),
  );

const EVENTS = "events";

function describe({ issues }: z.ZodError): string {
  const [first] = issues;
  return first ? `${first.path.join(".")}: ${first.message}` : "it is not what OTLP says";
}

interface Surrounding {
  resource: Attributes;
  scope: string;
}

/** In JavaScript all numbers are doubles: a whole number beyond 2^53 was rounded before it was sent. */
const LANGUAGES_OF_DOUBLES: ReadonlySet<string | undefined> = new Set(["nodejs", "webjs"]);

interface Carrier {
  attributes: Attributes;
  events?: readonly SpanEvent[];
}

function roundNumbersOf<Item extends Carrier>(item: Item): Item {
  const events = item.events?.map((event) => ({ ...event, attributes: roundWholeNumbers(event.attributes) }));
  return { ...item, attributes: roundWholeNumbers(item.attributes), ...(events && { events }) };
}

/**
 * Finds the first kind of list of which a request holds more than can be telemetry: before anything of it is checked, since
 * checking millions of elements of two bytes takes longer than all else.
 * @param names of the lists inside each other, the outermost first
 */
function findExcess(
  raw: unknown,
  [name, ...inner]: readonly string[],
  counts: Map<string, number>,
): string | undefined {
  const list: unknown =
    name !== undefined && typeof raw === "object" && raw !== null ? Reflect.get(raw, name) : undefined;
  if (name === undefined || !Array.isArray(list)) return undefined;
  // Streams have an event for each of their chunks, of which only the first is used.
  const elements = name === EVENTS ? list.filter(isObservation) : list;
  const count = (counts.get(name) ?? 0) + elements.length;
  counts.set(name, count);
  if (count > MAXIMUM_ITEMS) return name;
  for (const element of inner.length > 0 ? elements : []) {
    const excess = findExcess(element, inner, counts);
    if (excess !== undefined) return excess;
  }
  return undefined;
}

function decode<Item extends Carrier>(
  request: z.ZodType<Group[]>,
  lists: readonly string[],
  item: z.ZodType<Item>,
  raw: unknown,
): Decoding<Item & Surrounding> {
  const excess = findExcess(raw, lists, new Map());
  if (excess !== undefined) return failure(`a request holds at most ${MAXIMUM_ITEMS} ${excess}`);
  const groups = request.safeParse(raw);
  if (!groups.success) return failure(describe(groups.error));
  const items: (Item & Surrounding)[] = [];
  const malformed: string[] = [];
  for (const group of groups.data) {
    const resource = readAttributes(group.resource);
    const isRounded = LANGUAGES_OF_DOUBLES.has(textOf(resource, NAMES.sdkLanguage));
    const surrounding = { resource: isRounded ? roundWholeNumbers(resource) : resource, scope: group.scope };
    for (const entry of group.items) {
      const parsed = item.safeParse(entry);
      if (!parsed.success) malformed.push(describe(parsed.error));
      else items.push({ ...(isRounded ? roundNumbersOf(parsed.data) : parsed.data), ...surrounding });
    }
  }
  return ok({ items, malformed });
}

/** Reads an `ExportTraceServiceRequest` in OTLP's JSON mapping. A malformed span does not sink its neighbors. */
export function decodeTraces(raw: unknown): Decoding<Span> {
  return decode(traceRequestSchema, ["resourceSpans", "scopeSpans", "spans", EVENTS], spanSchema, raw);
}

/** Reads an `ExportLogsServiceRequest` in OTLP's JSON mapping. A malformed record does not sink its neighbors. */
export function decodeLogs(raw: unknown): Decoding<LogRecord> {
  return decode(logRequestSchema, ["resourceLogs", "scopeLogs", "logRecords"], logRecordSchema, raw);
}
