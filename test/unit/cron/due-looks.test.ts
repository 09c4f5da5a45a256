import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadLooks } from "#cron/due-looks.ts";

const dueArbitrary = (sizes: fc.ArrayConstraints) =>
  fc.array(fc.record({ key: fc.string(), analyzedAt: fc.option(fc.nat()) }), sizes);

describe("the looks of one run of the schedule", () => {
  it("are all taken at once where they are few", () => {
    fc.assert(
      fc.property(dueArbitrary({ maxLength: 50 }), (due) => {
        expect(spreadLooks(due).every(({ delay }) => delay === 0)).toBe(true);
      }),
    );
  });

  it("are taken one after the other beyond the first fifty, all of them before the next run", () => {
    fc.assert(
      fc.property(fc.integer({ min: 51, max: 6_000 }), (count) => {
        const due = Array.from({ length: count }, (_, index) => ({ key: `${index}`, analyzedAt: index }));
        const delays = spreadLooks(due).map(({ delay }) => delay);
        expect(delays.slice(0, 50).every((delay) => delay === 0)).toBe(true);
        const steps = delays.slice(50).map((delay, index) => delay - (delays[49 + index] ?? 0));
        expect(Math.min(...steps)).toBeGreaterThanOrEqual(10);
        expect(Math.max(...steps)).toBeLessThanOrEqual(50.001);
        expect(delays.at(-1)).toBeLessThanOrEqual(50_000.001);
      }),
    );
  });

  it("begin with experiments that were never looked at, and with the one that has waited longest", () => {
    fc.assert(
      fc.property(dueArbitrary({ maxLength: 200 }), (due) => {
        const looks = spreadLooks(due);
        const times = looks.map(({ analyzedAt }) => analyzedAt ?? 0);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(looks.map(({ key }) => key).toSorted()).toEqual(due.map(({ key }) => key).toSorted());
      }),
    );
  });

  it("are no more than an invocation may ask for; the next run takes the others", () => {
    const due = Array.from({ length: 6_000 }, (_, index) => ({ key: `${index}`, analyzedAt: 6_000 - index }));
    const looks = spreadLooks(due);
    expect(looks).toHaveLength(5_000);
    expect(looks[0]?.key).toBe("5999");
  });
});
