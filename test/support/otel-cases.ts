import { z } from "zod";

const attributesSchema = z.record(z.string(), z.unknown());

const caseSpanSchema = z.strictObject({
  /** Labels; spans of a trace refer to each other by theirs. */
  trace: z.string(),
  id: z.string(),
  parent: z.string().optional(),
  name: z.string().default("span"),
  scope: z.string().default("app"),
  status: z.int().optional(),
  startMsAgo: z.number(),
  endMsAgo: z.number(),
  /** Attributes that every span carries and this one does not. */
  without: z.array(z.string()).default([]),
  /** Plain values, or values as OTLP types them. A text that begins with `@` is a number written with all its digits. */
  attributes: attributesSchema,
  events: z
    .array(z.strictObject({ name: z.string(), msAgo: z.number().default(0), attributes: attributesSchema }))
    .default([]),
  /** Fields of the span as they are to be sent, whatever they are. */
  raw: z.record(z.string(), z.unknown()).default({}),
});

/** What should come out by metric, of the arm that every span names. */
const expectationsSchema = z.record(
  z.string(),
  z.strictObject({ observations: z.int(), estimate: z.number().optional() }),
);
export type Expectations = z.output<typeof expectationsSchema>;

/** A request as an instrumentation made it, of spans that belong to the experiment `experiment`. */
export const recordedFileSchema = z.strictObject({
  /** The package that it was recorded from, or the source file that it was written from. */
  origin: z.string(),
  expected: expectationsSchema,
  request: z.looseObject({ resourceSpans: z.array(z.unknown()) }),
});

export const caseFileSchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      what: z.string(),
      /** Public threads that tell of the like. */
      origin: z.array(z.string()).optional(),
      prices: z.unknown().optional(),
      resource: z.unknown().optional(),
      /** Units that are assigned before. */
      assign: z.array(z.string()).default([]),
      spans: z.array(caseSpanSchema),
      expected: expectationsSchema.default({}),
      /** Observations by metric, of all arms together. */
      expectedInAll: z.record(z.string(), z.int()).default({}),
      /** What the answer says among other things. */
      answer: z.array(z.string()).default([]),
    }),
  ),
});
export type OtelCase = z.output<typeof caseFileSchema>["cases"][number];
type CaseSpan = OtelCase["spans"][number];

/** The arm and the unit that every span names, unless it says otherwise. */
const armOf = (experiment: string) => ({
  "bakeoff.experiment": experiment,
  "bakeoff.variant": "control",
  "bakeoff.unit": "ann",
});

function toValue(value: unknown): unknown {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  return value;
}

const toAttributes = (plain: Record<string, unknown>) =>
  Object.entries(plain).map(([key, value]) => ({ key, value: toValue(value) }));

/** Identifiers for labels; the same label is the same identifier. */
function createIdentifiers(digits: number, prefix: string) {
  const labels = new Map<string, string>();
  return (label: string) => {
    const identifier =
      labels.get(label) ?? `${prefix}${(labels.size + 1).toString(16)}`.padStart(digits, "0").slice(-digits);
    labels.set(label, identifier);
    return identifier;
  };
}

/** The request of a case, as JSON. @param now epoch milliseconds */
export function toRequest({ spans, resource }: OtelCase, experiment: string, now: number): string {
  const traceIdOf = createIdentifiers(32, crypto.randomUUID().replaceAll("-", "").slice(0, 24));
  const spanIdOf = createIdentifiers(16, "c0ffee");
  const nanoseconds = (msAgo: number) => `${BigInt(now - msAgo) * 1_000_000n}`;
  const toSpan = (span: CaseSpan) => {
    const { trace, id, parent, name, status, startMsAgo, endMsAgo, without, raw } = span;
    const arm = Object.entries(armOf(experiment)).filter(([key]) => !without.includes(key));
    return {
      traceId: traceIdOf(trace),
      spanId: spanIdOf(`${trace}/${id}`),
      ...(parent !== undefined && { parentSpanId: spanIdOf(`${trace}/${parent}`) }),
      name,
      startTimeUnixNano: nanoseconds(startMsAgo),
      endTimeUnixNano: nanoseconds(endMsAgo),
      attributes: toAttributes({ ...Object.fromEntries(arm), ...span.attributes }),
      events: span.events.map((event) => ({
        name: event.name,
        timeUnixNano: nanoseconds(event.msAgo),
        attributes: toAttributes(event.attributes),
      })),
      ...(status !== undefined && { status: { code: status } }),
      ...raw,
    };
  };
  const scopeSpans = [...Map.groupBy(spans, ({ scope }) => scope)].map(([name, ofScope]) => ({
    scope: { name },
    spans: ofScope.map(toSpan),
  }));
  const text = JSON.stringify({
    resourceSpans: [{ ...(resource !== undefined && { resource }), scopeSpans }],
  });
  return text.replaceAll(/"@(\d+)"/g, "$1");
}
