import * as z from "zod";
import { endpoint } from "./endpoint.ts";
import { keyParameterSchema } from "./parameters.ts";

export const loggedEventSchema = z
  .strictObject({
    id: z.string(),
    /** The unit's keyed hash. */
    unit: z.string(),
    variant: z.string(),
    occurredAt: z.int(),
    receivedAt: z.int(),
    metrics: z.record(z.string(), z.number()),
    properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: "LoggedEvent" });
export type LoggedEvent = z.infer<typeof loggedEventSchema>;

const eventFormatSchema = z.enum(["json", "ndjson", "csv", "parquet"]);

const loggedEventPageSchema = z.strictObject({
  events: z.array(loggedEventSchema),
  /** Null on the last page. */
  nextCursor: z.string().nullable(),
});
export type LoggedEventPage = z.infer<typeof loggedEventPageSchema>;

export const getLoggedEvents = endpoint({
  method: "GET",
  path: "/v1/experiments/:key/events",
  scope: "read",
  tag: "Results",
  summary: "The logged outcome events in the order of their recording",
  parameters: keyParameterSchema,
  query: z.strictObject({
    limit: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(10_000))
      .default(1_000),
    /** As the previous page gave it: `<shard>:<sequence>`. */
    cursor: z
      .string()
      .regex(/^\d{1,4}:\d{1,15}$/)
      .default("0:0"),
    /**
     * `json` is a page · `ndjson`, `csv`: all events from the cursor on, as they are read, an event or a value a line · `parquet`: a file
     * of at most some 300,000 values, whose header `Link` names the next one (`rel="next"`) where there is more
     */
    format: eventFormatSchema.default("json"),
  }),
  reply: loggedEventPageSchema,
  replies: {
    "application/json": loggedEventPageSchema,
    "application/x-ndjson": z.string(),
    "text/csv": z.string(),
    "application/vnd.apache.parquet": z.string(),
  },
});
