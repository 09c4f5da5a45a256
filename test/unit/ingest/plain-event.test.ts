import fc from "fast-check";
import { expect, it } from "vitest";
import { outcomeEventSchema } from "#contract/events.ts";
import { readPlainEvent } from "#ingest/plain-event.ts";
import { findForbiddenPath } from "#shared/json.ts";

const anything = fc.oneof(
  fc.json().map((text): unknown => JSON.parse(text)),
  fc.constantFrom(
    "",
    "null",
    "undefined",
    "__proto__",
    "\ud800",
    "x".repeat(129),
    -1,
    0.5,
    1e13,
    true,
    2 ** 53,
  ),
);
const name = fc.oneof(
  fc.constantFrom("a", "task_success", "exam-1", "constructor", "é"),
  fc.string({ maxLength: 5 }),
);
const value = fc.oneof({ weight: 5, arbitrary: fc.double({ noNaN: true }) }, fc.boolean(), anything);
const fields = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.dictionary(
      fc.constantFrom("a", "task_success", "cost_usd"),
      fc.float({ noNaN: true, min: -1000, max: 1000 }),
      { minKeys: 1 },
    ),
  },
  fc.dictionary(name, value, { maxKeys: 4 }),
);
const mostly = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ weight: 30, arbitrary }, anything);

const known = {
  id: mostly(fc.uuid()),
  experiment: mostly(fc.constantFrom("exam-1", "b")),
  unit: mostly(fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 9 }), fc.integer())),
  variant: mostly(fc.constantFrom("control", "treatment")),
  phase: mostly(fc.nat(5)),
  timestamp: mostly(
    fc.oneof(
      fc.nat(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    ),
  ),
  metrics: mostly(fields),
  properties: mostly(fields),
  token: mostly(fc.string({ maxLength: 20 })),
};
const requiredKeys = ["id", "experiment", "unit", "metrics"] as const;

const raw = fc.oneof(
  { weight: 20, arbitrary: fc.record(known, { requiredKeys: [...requiredKeys] }) },
  fc.record({ ...known, stranger: anything }, { requiredKeys: [...requiredKeys, "stranger"] }),
  anything,
);

it("an event that is read without the schema is what the schema makes of it", () => {
  let plain = 0;
  fc.assert(
    fc.property(raw, (sent) => {
      const event = readPlainEvent(sent);
      if (event === undefined) return;
      plain += 1;
      expect(findForbiddenPath(sent)).toBeUndefined();
      expect(event).toEqual(outcomeEventSchema.parse(sent));
    }),
    { numRuns: 5_000 },
  );
  expect(plain).toBeGreaterThan(500);
});

it("an ordinary event is read without the schema", () => {
  const event = {
    id: "1",
    experiment: "exam-1",
    unit: "user-1",
    variant: "control",
    phase: 0,
    timestamp: 5,
    metrics: { task_success: true, cost_usd: 0.1 },
    properties: { country: "ch", isNew: false },
    token: "t",
  };
  expect(readPlainEvent(event)).toEqual({ ...event, metrics: { task_success: 1, cost_usd: 0.1 } });
});
