import fc from "fast-check";
import { expect, it } from "vitest";
import { ageOf } from "#event-log/archive/age.ts";

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

it("events move after their days, once the oldest of a shard is a week older", () => {
  expect(ageOf(90, 0, NOW)).toEqual({ until: NOW - 90 * DAY, from: NOW - 97 * DAY });
  expect(ageOf(10, 7e9, NOW)).toEqual({ until: NOW - 10 * DAY, from: NOW - 11 * DAY });
  expect(ageOf(0, 0, NOW)).toEqual({ until: NOW, from: NOW });
});

it("the fuller the database, the younger the events that move; none where nobody can tell the days", () => {
  const { until, from } = ageOf(90, 8e9, NOW);
  expect((NOW - until) / DAY).toBeCloseTo(45);
  expect((until - from) / DAY).toBeCloseTo(4.5);
  expect(ageOf(90, 9.5e9, NOW)).toEqual({ until: NOW, from: NOW });
  expect(ageOf(undefined, 9.9e9, NOW)).toEqual({ until: -Infinity, from: -Infinity });
  const bytes = fc.double({ min: 0, max: 1.2e10, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), bytes, bytes, (days, one, other) => {
      const [emptier, fuller] = [
        ageOf(days, Math.min(one, other), NOW),
        ageOf(days, Math.max(one, other), NOW),
      ];
      expect(emptier.until).toBeLessThanOrEqual(fuller.until);
      expect(fuller.from).toBeLessThanOrEqual(fuller.until);
      expect(fuller.until).toBeLessThanOrEqual(NOW);
    }),
  );
});
