import fc from "fast-check";
import { expect, it } from "vitest";
import { readPlainAssignments } from "#api/http/plain-assignment.ts";
import { assign } from "#contract/assignment.ts";
import { findForbiddenPath } from "#shared/json.ts";

const anything = fc.oneof(
  fc.json().map((text): unknown => JSON.parse(text)),
  fc.constantFrom("", "null", "__proto__", "\ud800", "x".repeat(257), -1, 2 ** 53, true),
);
const mostly = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ weight: 25, arbitrary }, anything);
const one = fc.record(
  {
    config: mostly(fc.constantFrom("assistant", "a.b_c")),
    unit: mostly(fc.string({ unit: "binary", minLength: 1, maxLength: 9 })),
    expose: mostly(fc.boolean()),
    attributes: mostly(fc.dictionary(fc.string({ maxLength: 3 }), anything, { maxKeys: 3 })),
  },
  { requiredKeys: ["config", "unit"] },
);
const strange = fc.record({ config: fc.constant("a"), unit: fc.constant("u"), token: anything });
const raw = fc.oneof(
  { weight: 6, arbitrary: one },
  { weight: 3, arbitrary: fc.record({ requests: fc.array(one, { maxLength: 3 }) }) },
  strange,
  fc.record({ requests: fc.array(one, { maxLength: 3 }), stranger: anything }),
  anything,
);

it("requests that are read without the schema are what the schema makes of them", () => {
  let plain = 0;
  fc.assert(
    fc.property(raw, (sent) => {
      const requests = readPlainAssignments(sent);
      if (requests === undefined) return;
      plain += 1;
      expect(findForbiddenPath(sent)).toBeUndefined();
      expect(Array.isArray(requests) ? { requests } : requests).toEqual(assign.body?.parse(sent));
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(200);
});

it("ordinary requests are read without the schema", () => {
  const request = { config: "assistant", unit: "user-1" };
  expect(readPlainAssignments(request)).toEqual(request);
  expect(readPlainAssignments({ requests: [request, request] })).toEqual([request, request]);
  const withAttributes = { ...request, attributes: { country: "ch", tags: ["a"] }, expose: false };
  expect(readPlainAssignments(withAttributes)).toEqual(withAttributes);
});
