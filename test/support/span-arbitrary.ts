import fc from "fast-check";
import type { SdkSpan } from "#tools/builders/telemetry-builder.ts";

/** Identifiers of so many hexadecimal digits, not all of them 0. */
export const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: digits, maxLength: digits })
    .map((parts) => parts.join(""))
    .filter((id) => /[1-9a-f]/.test(id));
export const text = fc.string({ unit: "grapheme", maxLength: 40 });
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Names that are read. */
export const readNames = [
  "gen_ai.operation.name",
  "gen_ai.usage.input_tokens",
  "bakeoff.unit",
  "feature_flag.key",
  "error.type",
];
export const attributes = fc.dictionary(
  fc.constantFrom(...readNames, "gen_ai.input.messages", "other"),
  scalar,
);
const time = fc.tuple(fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }), fc.nat(999_999_999));
/** Spans as an SDK makes them, with attributes that are read and others. */
export const spanArbitrary: fc.Arbitrary<SdkSpan> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: fc.option(hex(16), { nil: undefined }),
  startTime: time,
  endTime: time.map(([seconds, nanos]): [number, number] => [seconds + 400_000_000, nanos]),
  failed: fc.boolean(),
  attributes,
  events: fc.array(
    fc.record({ name: fc.constantFrom("feature_flag.evaluation", "exception"), time, attributes }),
    { maxLength: 3 },
  ),
});
