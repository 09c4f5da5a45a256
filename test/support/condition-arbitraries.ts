import fc from "fast-check";
import type { JsonObject } from "#shared/json.ts";

const NAMES = ["country", "age", "tags", "user", "version", "isPro", "id"];
const TEXTS = [
  "US",
  "us",
  "CA",
  "",
  "pro",
  "beta",
  "1.10.0",
  "1.9.0-rc.1",
  "v2",
  "18",
  "0",
  "true",
  "null",
  "a,b",
  "x".repeat(1_024),
];
const NUMBERS = [0, 1, 18, -3, 2.5, 1e9];

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 8 }));
const number = fc.oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }));
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const name = fc.constantFrom(...NAMES);
const path = fc.oneof(name, fc.constantFrom("user.plan", "user.age", "tags.length", "user.tags.0"));

/** Attributes as apps have them, and as nobody should. */
export const someAttributes: fc.Arbitrary<JsonObject> = fc.dictionary(
  name,
  fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(scalar, { maxLength: 5 }) },
    fc.dictionary(
      fc.constantFrom("plan", "age", "tags"),
      fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
      { noNullPrototype: true },
    ),
    fc.array(fc.dictionary(name, scalar, { noNullPrototype: true }), { maxLength: 3 }),
  ),
  { maxKeys: 7, noNullPrototype: true },
);

const pattern = fc.oneof(
  fc.constantFrom(
    "^U",
    "S$",
    "^[a-z]+$",
    "a|b",
    "(",
    "^(a+)+$",
    ".*x.*y",
    "^\\d{1,3}\\.\\d+",
    "[^@]+@",
    "^v?\\d",
    "/a/",
    "(?=x)",
    "\\1",
  ),
  fc.string({ maxLength: 6 }),
);

/** Operands that fit their operators, and any others. */
const { condition } = fc.letrec<{ value: unknown; operators: unknown; condition: Record<string, unknown> }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 3 }, scalar, tie("operators")),
    operators: fc.oneof(
      { maxDepth: 3 },
      fc.record({ $eq: scalar }),
      fc.record({ $ne: scalar }),
      fc.record({ $gt: fc.oneof(text, number) }),
      fc.record({ $gte: scalar, $lt: scalar }),
      fc.record({ $in: fc.array(scalar, { maxLength: 4 }) }),
      fc.record({ $nin: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
      fc.record({ $ini: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
      fc.record({ $nini: fc.oneof(fc.array(scalar, { minLength: 1, maxLength: 4 }), scalar) }),
      fc.record({ $exists: fc.oneof(fc.boolean(), scalar) }),
      fc.record({ $type: fc.constantFrom("string", "number", "array", "null", "object", "boolean", "date") }),
      fc.record({ $vgt: text }),
      fc.record({ $veq: fc.oneof(text, number) }),
      fc.record({ $vlte: text, $vne: text }),
      fc.record({ $regex: pattern }),
      fc.record({ $regexi: pattern }),
      fc.record({ $size: fc.oneof(number, tie("operators")) }),
      fc.record({ $not: tie("value") }),
      fc.record({ $elemMatch: fc.oneof(tie("operators"), tie("condition")) }),
      fc.record({ $all: fc.array(tie("value"), { maxLength: 3 }) }),
      fc.record({ $alli: fc.array(tie("value"), { maxLength: 3 }) }),
      fc.record({ $inGroup: text }),
      fc.record({ $inn: fc.array(scalar, { maxLength: 2 }) }),
      fc.record({ $or: fc.array(tie("condition"), { maxLength: 2 }) }),
    ),
    condition: fc.oneof(
      { maxDepth: 4 },
      fc.dictionary(path, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      fc.record({ $or: fc.array(tie("condition"), { maxLength: 3 }) }),
      fc.record({ $and: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $nor: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $not: tie("condition") }),
      fc.dictionary(
        fc.constantFrom("$or", "$an", "country", "$savedGroup"),
        fc.oneof(scalar, fc.array(scalar)),
        { maxKeys: 2, noNullPrototype: true },
      ),
    ),
  }),
);

/** Conditions, of which about half say something. */
export const someCondition = condition;
