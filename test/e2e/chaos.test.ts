import { describe, expect, it } from "vitest";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";
import { findLeaks } from "#tools/chaos/judge-log.ts";
import { findGrowth } from "#tools/chaos/memory.ts";
import { runChaos } from "#tools/chaos/run.ts";

/** `npm run chaos` goes on for an hour, with another seed each time. */
const MILLISECONDS = 12_000;
const SEED = 4;

describe("a server that is killed, and whose database and aggregators fail", () => {
  it("loses and doubles nothing, moves nobody, and decides nothing twice", async () => {
    const data = await temporaryFolder("chaos");
    const { faults, steps, counts } = await runChaos({ seed: SEED, data, milliseconds: MILLISECONDS });
    expect(faults, steps.join("\n")).toEqual([]);
    for (const what of ["events", "assignments", "checked experiments"])
      expect(counts.get(what)).toBeGreaterThan(0);
  });
});

describe("what a run of chaos holds against a server", () => {
  const samples = (level: (index: number) => number) =>
    Array.from({ length: 300 }, (_, index) => 1e8 * level(index));

  it("is memory that grows, and not that of a start", () => {
    expect(findGrowth(samples((index) => 1 + index / 300))).toMatch(/^memory grows: 1\d\d MB/);
    expect(findGrowth(samples((index) => (index < 20 ? 0.1 : 1)))).toBeUndefined();
    expect(findGrowth([1e8, 9e8])).toBeUndefined();
  });

  it("is a log that tells secrets or what somebody has sent, and not one that says what failed", () => {
    const log = "error: { message: 'it failed', text: 'D1_ERROR: Network connection lost.' }";
    expect(findLeaks(log, ["bk_secret"])).toEqual([]);
    expect(findLeaks(`${log}\nby bk_secret\nunit chaos-1-e2-u7`, ["bk_secret"])).toHaveLength(2);
  });
});
