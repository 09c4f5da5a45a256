import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { watchedMilliseconds } from "#model/experiment/watched-time.ts";
import { spec } from "#tools/builders/moments-builder.ts";
import { arms, metricDefinitions } from "./decide-on.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What is decided of a proven gain, after so long with a pause in it. */
function decideAfter(elapsed: number, pause: { from: number; until: number } | undefined) {
  const described = spec({ minimumUnits: 100, plannedUnits: 2_000, minimumDurationSeconds: DAY / 1_000 });
  const totals = arms([200, 500], [350, 500]);
  const analysis = analyze({ spec: described, metricDefinitions, totals, switchedOff: [], now: elapsed });
  const pauses = pause ? [pause] : [];
  return decide({
    spec: described,
    analysis,
    guardrails: [],
    switchedOff: [],
    startedAt: 0,
    now: elapsed,
    watchedMilliseconds: watchedMilliseconds(0, pauses, [], elapsed),
  });
}

describe("the minimum duration", () => {
  it("promotes nothing before, and what is proven right after", () => {
    expect(decideAfter(DAY - 1, undefined).reason.code).toBe("too_early");
    expect(decideAfter(DAY, undefined).action).toBe("promote");
  });

  it("is not shortened by a pause, in which nobody was assigned", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: DAY }),
        fc.integer({ min: 1_000, max: 3 * DAY }),
        (from, length) => {
          const pause = { from, until: from + length };
          // Of a pause that begins when the minimum has passed, nothing is left to wait for.
          const paused = from < DAY ? length : 0;
          expect(decideAfter(DAY + paused - 1_000, pause).reason.code).toBe("too_early");
          expect(decideAfter(DAY + length, pause).action).toBe("promote");
        },
      ),
    );
  });
});
