import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { admitWithin, type QuotaUse, secondsUntilTomorrow, shareOf } from "#aggregator/daily-quota.ts";
import { readDailyQuota } from "#config";

const arbitraryCosts = fc.array(
  fc.record(
    {
      key: fc.constantFrom("one", "two"),
      newUnit: fc.constantFrom("a", "b", "c", "d"),
      bytes: fc.integer({ min: 1, max: 50 }),
    },
    { requiredKeys: ["key", "bytes"] },
  ),
  { maxLength: 30 },
);

describe("a daily quota", () => {
  it("is never exceeded by any key, counts every new unit once, and refuses only what has no room", () => {
    const quota = { units: 2, bytes: 300 };
    fc.assert(
      fc.property(arbitraryCosts, (costs) => {
        const used: QuotaUse = new Map();
        const admitted = admitWithin(quota, costs, used);
        for (const key of ["one", "two"]) {
          const own = costs.filter((cost, index) => cost.key === key && admitted[index]);
          const { units, bytes } = used.get(key) ?? { units: 0, bytes: 0 };
          expect(bytes).toBe(own.reduce((sum, cost) => sum + cost.bytes, 0));
          expect(units).toBeLessThanOrEqual(quota.units);
          expect(bytes).toBeLessThanOrEqual(quota.bytes);
          for (const [index, cost] of costs.entries()) {
            if (cost.key !== key || admitted[index]) continue;
            // Whatever was refused would have been one unit or some bytes too many, in the end at the latest.
            expect(units === quota.units || bytes + cost.bytes > quota.bytes).toBe(true);
          }
        }
        const units = [...used.values()].reduce((sum, use) => sum + use.units, 0);
        const taken = costs.flatMap(({ newUnit }, index) => (newUnit && admitted[index] ? newUnit : []));
        expect(units).toBe(new Set(taken).size);
      }),
    );
  });

  it("that is used up by invented units leaves room for those that are known", () => {
    const used: QuotaUse = new Map();
    const invented = Array.from({ length: 5 }, (_, index) => ({
      key: "page",
      newUnit: `${index}`,
      bytes: 10,
    }));
    expect(admitWithin({ units: 2, bytes: 100 }, invented, used)).toEqual([true, true, false, false, false]);
    expect(admitWithin({ units: 2, bytes: 100 }, [{ key: "page", bytes: 80 }], used)).toEqual([true]);
  });

  it("is divided among aggregators so that no rounding leaves one without", () => {
    expect(shareOf({ units: 3, bytes: 100 }, 2)).toEqual({ units: 2, bytes: 50 });
  });

  it("ends with the day, in UTC", () => {
    const day = Date.UTC(2026, 4, 5);
    expect(secondsUntilTomorrow(day)).toBe(86_400);
    expect(secondsUntilTomorrow(day + 86_399_999)).toBe(1);
  });
});

describe("the variables of the quota", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("set it, and where they make no sense the defaults hold and the log says so", () => {
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(readDailyQuota({})).toEqual({ units: 100_000, bytes: 100_000_000 });
    const chosen = { UNVOUCHED_UNITS_PER_DAY: "7", UNVOUCHED_BYTES_PER_DAY: "0" };
    expect(readDailyQuota(chosen)).toEqual({ units: 7, bytes: 0 });
    expect(complaints).not.toHaveBeenCalled();
    for (const nonsense of ["-1", "many", "1.5", "1e99"]) {
      expect(readDailyQuota({ UNVOUCHED_UNITS_PER_DAY: nonsense }).units).toBe(100_000);
    }
    expect(complaints).toHaveBeenCalledTimes(4);
  });
});
