import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AggregatorNamespace } from "#aggregator/client.ts";
import type { RecordBatch } from "#aggregator/messages.ts";
import { ExposureBuffer } from "#ingest/exposure-buffer.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

const experiment = rulesetExperiment("one", [0.5, 0.5]);

let recorded: string[][];
/** What aggregators answer to a call; by default they have recorded it. */
let answer: () => Promise<unknown>;

const namespace = {
  getByName: () => ({
    record: async ({ exposures }: RecordBatch) => {
      recorded.push(exposures.map(({ unit }) => unit));
      await answer();
      return { statuses: [], refusedExposures: [] };
    },
  }),
} as unknown as AggregatorNamespace;

function report(reporter: ExposureBuffer, unit: string): void {
  const execution = { waitUntil: () => {} };
  reporter.report(experiment, { unit, variant: "control", at: 1 }, "deciding", namespace, execution);
}

beforeEach(() => {
  vi.useFakeTimers();
  recorded = [];
  answer = () => Promise.resolve();
});
afterEach(() => {
  // In this order: what is restored last must be the real timer, also for the files that run after this one.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("exposures behind answers", () => {
  it("of many requests leave in one call, each unit once", async () => {
    const reporter = new ExposureBuffer();
    for (const unit of ["a", "b", "a"]) report(reporter, unit);
    await vi.advanceTimersByTimeAsync(10);
    report(reporter, "b");
    await vi.advanceTimersByTimeAsync(10);
    expect(recorded).toEqual([["a", "b"]]);
  });

  it("are reported by the next request where the one that was to do it has died with its timer", async () => {
    const reporter = new ExposureBuffer();
    vi.spyOn(globalThis, "setTimeout").mockImplementationOnce(() => 0 as never);
    report(reporter, "a");
    await vi.advanceTimersByTimeAsync(200);
    expect(recorded).toEqual([]);
    report(reporter, "b");
    await vi.advanceTimersByTimeAsync(10);
    expect(recorded).toEqual([["a", "b"]]);
  });

  it("are reported again where a request has died with its call, and once only where it has not", async () => {
    const reporter = new ExposureBuffer();
    answer = () => new Promise(() => {});
    report(reporter, "a");
    await vi.advanceTimersByTimeAsync(10);
    answer = () => Promise.resolve();
    report(reporter, "b");
    await vi.advanceTimersByTimeAsync(11_000);
    expect(recorded).toEqual([["a"], ["b"]]);
    report(reporter, "c");
    await vi.advanceTimersByTimeAsync(10);
    expect(recorded.slice(2).toSorted()).toEqual([["a"], ["c"]]);
    report(reporter, "d");
    await vi.advanceTimersByTimeAsync(11_000);
    expect(recorded).toHaveLength(5);
  });

  it("are given up after the third loss, and reported anew once their unit is seen again", async () => {
    const reporter = new ExposureBuffer();
    answer = () => new Promise(() => {});
    for (const unit of ["a", "b", "c", "d", "e"]) {
      report(reporter, unit);
      await vi.advanceTimersByTimeAsync(11_000);
    }
    const timesOf = (unit: string) => recorded.filter((units) => units.includes(unit)).length;
    expect(timesOf("a")).toBe(3);
    report(reporter, "a");
    await vi.advanceTimersByTimeAsync(10);
    expect(timesOf("a")).toBe(4);
  });
});
