import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDelay } from "#model/webhook/retry-schedule.ts";

const DAY = 86_400_000;

describe("The retries of a message", () => {
  it("begin after five seconds, and give up after ten attempts in about three days", () => {
    const delays = Array.from({ length: 10 }, (_, index) => nextDelay(index + 1, 0));
    expect(delays[0]).toBe(5_000);
    expect(delays[9]).toBeUndefined();
    const total = delays.reduce<number>((sum, delay) => sum + (delay ?? 0), 0);
    expect(total / DAY).toBeGreaterThan(3);
    expect(total / DAY).toBeLessThan(3.5);
  });

  it("wait as long as the receiver asks, up to a day, and never shorter than planned", () => {
    expect(nextDelay(1, 0, 60_000)).toBe(60_000);
    expect(nextDelay(1, 0, 1_000_000_000)).toBe(DAY);
    expect(nextDelay(2, 0, 1_000)).toBe(300_000);
  });

  it("are spread by a tenth at most", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const planned = nextDelay(attempts, 0) ?? 0;
          const delay = nextDelay(attempts, random) ?? 0;
          expect(delay).toBeGreaterThanOrEqual(planned);
          expect(delay).toBeLessThanOrEqual(Math.round(planned * 1.1));
        },
      ),
    );
  });
});
