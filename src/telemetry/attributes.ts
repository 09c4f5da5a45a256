import { z } from "zod";

/** The names that are read, of spans, events and log records alike: newest first where a name has changed. */
export const NAMES = {
  experiment: ["bakeoff.experiment"],
  config: ["bakeoff.config"],
  variant: ["bakeoff.variant"],
  unit: ["bakeoff.unit"],
  unitAttribute: ["bakeoff.unit_attribute"],
  period: ["bakeoff.period"],
  outcome: ["bakeoff.outcome"],
  flagKey: ["feature_flag.key"],
  flagVariant: ["feature_flag.result.variant", "feature_flag.variant"],
  flagUnit: ["feature_flag.context.id"],
  operation: ["gen_ai.operation.name"],
  provider: ["gen_ai.provider.name", "gen_ai.system"],
  requestModel: ["gen_ai.request.model"],
  responseModel: ["gen_ai.response.model"],
  inputTokens: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
  outputTokens: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
  cachedInputTokens: ["gen_ai.usage.cache_read.input_tokens"],
  cost: ["bakeoff.cost_usd", "gen_ai.usage.cost"],
  timeToFirstChunk: ["gen_ai.response.time_to_first_chunk"],
  errorType: ["error.type"],
  evaluationName: ["gen_ai.evaluation.name"],
  scoreValue: ["gen_ai.evaluation.score.value"],
  scoreLabel: ["gen_ai.evaluation.score.label"],
  eventName: ["event.name"],
} as const;

/** What `bakeoff.unit_attribute` may choose as the unit. */
export const UNIT_ATTRIBUTES = ["gen_ai.conversation.id", "session.id", "user.id", "enduser.id"] as const;

const READ: ReadonlySet<string> = new Set([...Object.values(NAMES).flat(), ...UNIT_ATTRIBUTES]);

/**
 * True for attributes that are read. All others, and with them whatever was said to a model and by it, are dropped while
 * a request is decoded.
 */
export function isRead(attribute: unknown): boolean {
  if (typeof attribute !== "object" || attribute === null) return false;
  const key: unknown = Reflect.get(attribute, "key");
  return typeof key === "string" && READ.has(key);
}

export type AttributeValue = string | number | boolean;
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Beyond 64 bits there are numbers too: OpenTelemetry's own encoder for JSON writes large doubles so. */
const int64 = z
  .union([
    z.bigint(),
    z.string().regex(/^-?\d{1,19}$/),
    z.number().refine(Number.isInteger, "an int64 is a whole number"),
  ])
  .transform(Number);

const anyValue = z
  .object({
    stringValue: z.string().nullish(),
    boolValue: z.boolean().nullish(),
    intValue: int64.nullish(),
    doubleValue: z.number().nullish(),
    arrayValue: z.never("a list has no meaning here").nullish(),
    kvlistValue: z.never("a map has no meaning here").nullish(),
    bytesValue: z.never("bytes have no meaning here").nullish(),
  })
  .transform(
    ({ stringValue, boolValue, intValue, doubleValue }) =>
      stringValue ?? boolValue ?? intValue ?? doubleValue ?? undefined,
  );

const keyValue = z.object({ key: z.string(), value: anyValue.nullish() });

/** A list of attributes in OTLP's JSON mapping: those that are read, by their names. One without a value is none. */
export const attributeList = z
  .array(z.unknown())
  .nullish()
  .transform((list) => (list ?? []).filter(isRead))
  .pipe(z.array(keyValue))
  .transform((list): Attributes => {
    const present = list.flatMap(({ key, value }): [string, AttributeValue][] =>
      value === undefined || value === null ? [] : [[key, value]],
    );
    return new Map(present);
  });

/** The value of the first of some names that is there. */
export function firstOf(attributes: Attributes, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** As {@link firstOf}, for a text; an empty one says nothing. */
export function textOf(attributes: Attributes, names: readonly string[]): string | undefined {
  const value = firstOf(attributes, names);
  return value === undefined || value === "" ? undefined : String(value);
}
