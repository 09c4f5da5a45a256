import { describe, expect, it } from "vitest";
import { noCounts } from "../../../bench/cost/counts.ts";
import { OPERATIONS } from "../../../bench/cost/operations.ts";
import { priceOf } from "../../../bench/cost/prices.ts";
import { simulateAggregator } from "../../../bench/cost/simulate-aggregator.ts";
import { differenceOf, scaled, type Usage } from "../../../bench/cost/usage.ts";

const nothing = (): Usage => ({
  counts: noCounts(),
  writes: {},
  processorMilliseconds: 0,
  databaseBytes: 0,
  objectBytes: 0,
});

describe("what traffic costs", () => {
  it("adds up rows, requests, processor time and duration at the published prices", () => {
    const usage = {
      ...nothing(),
      counts: {
        ...noCounts(),
        workerRequests: 1e6,
        objectRequests: 1e6,
        databaseRowsWritten: 5e5,
        objectRowsWritten: 5e5,
        databaseRowsRead: 1e6,
        objectAliveSeconds: 1e6,
      },
      processorMilliseconds: 1e6,
    };
    expect(priceOf(usage).once).toBeCloseTo(0.3 + 0.15 + 1 + 0.001 + 1.6 + 0.02, 9);
  });

  it("prices what is stored by the month, in D1 more than in Durable Objects", () => {
    expect(priceOf({ ...nothing(), databaseBytes: 1e9, objectBytes: 1e9 }).storage).toBeCloseTo(0.95, 9);
  });

  it("is the difference of two counts, and grows with the traffic", () => {
    const before = { ...nothing(), objectBytes: 100, writes: { "insert unit": 1 } };
    const after = { ...nothing(), objectBytes: 350, writes: { "insert unit": 3, "insert outbox": 2 } };
    const { objectBytes, writes } = scaled(differenceOf(after, before), 10);
    expect(objectBytes).toBe(2_500);
    expect(writes).toEqual({ "insert unit": 20, "insert outbox": 20 });
  });
});

describe("an aggregator in the simulation", () => {
  const { unitRows, outboxRows, flushRows } = OPERATIONS;

  it("flushes after every outcome that comes alone", () => {
    const { flushes, rowsWritten } = simulateAggregator({ calls: 0.5, eventsOfCall: 1, isRegular: true });
    expect(flushes).toBeCloseTo(0.5, 2);
    expect(rowsWritten / 0.5).toBeCloseTo(unitRows + outboxRows + flushRows, 1);
  });

  it("flushes once a second at most, in chunks of bounded size", () => {
    const { flushes, chunks } = simulateAggregator({ calls: 100, eventsOfCall: 120, isRegular: true });
    expect(flushes).toBeLessThanOrEqual(1);
    expect(flushes).toBeGreaterThan(0.95);
    expect(chunks).toBeCloseTo(flushes * 3, 1);
  });
});
