import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { DEFINITIONS, freshAggregator, outcome } from "#test/support/ledger-client.ts";
import { metric } from "#tools/builders/moments-builder.ts";

it("counting anew leaves no unit in two places, goes on with what comes meanwhile, and knows events that come again", async () => {
  const aggregator = freshAggregator();
  const event = (index: number, at: number) => ({
    ...outcome(`${index}`, `unit-${index % 300}`, index % 2 === 0 ? "a" : "b", { task_success: 1 }),
    at,
    source: { key: index % 3 === 0 ? "bad" : "good", vouchedBy: "key" as const },
  });
  const first = Array.from({ length: 600 }, (_, index) => event(index, 10));
  await aggregator.record(first);
  const later = Array.from({ length: 100 }, (_, index) => event(600 + index, 20));
  const quarantine = { quarantines: [{ key: "bad", from: 0 }], exclusions: [] };
  const [changed, again] = await Promise.all([
    aggregator.stub.recount(quarantine, 1),
    aggregator.stub.recount(quarantine, 1),
    aggregator.record(later),
  ]);
  // The second one finds nothing left to change, unless both were done together.
  expect(changed).toBe(true);
  expect(typeof again).toBe("boolean");
  const good = [...first, ...later].filter(({ source }) => source.key === "good");
  const totals = await aggregator.totals();
  expect(totals.events).toBe(good.length);
  const units = new Set(good.map(({ unit }) => unit));
  expect((totals.variants.a?.units ?? 0) + (totals.variants.b?.units ?? 0)).toBe(units.size);
  await aggregator.stub.flush();
  await evictDurableObject(aggregator.stub);
  expect(await aggregator.totals()).toEqual(totals);
  const { statuses } = await aggregator.record(good.slice(0, 50));
  expect(new Set(statuses)).toEqual(new Set(["duplicate"]));
  await runInDurableObject(env.AGGREGATOR.getByName(`${aggregator.key}/0`), (_instance, { storage }) => {
    const rows = (table: string) => storage.sql.exec(`SELECT COUNT(*) AS rows FROM ${table}`).one().rows;
    expect([rows("recounted_unit"), rows("recounted_fingerprint")]).toEqual([0, 0]);
  });
  // Until that is settled: the answer may not have reached whoever asked.
  await evictDurableObject(aggregator.stub);
  expect(await aggregator.stub.recount(quarantine, 1)).toBe(true);
  await aggregator.stub.settleRecount();
  expect(await aggregator.stub.recount(quarantine, 1)).toBe(false);
});

describe("a metric that is added", () => {
  const added = metric({ key: "bill", name: "Bill", type: "mean", direction: "decrease" });
  const order = (metricDefinitions: readonly MetricDefinition[]) => ({
    quarantines: [],
    exclusions: [],
    metricDefinitions: [...metricDefinitions],
  });
  const billed = (id: string) => outcome(id, `unit-${id}`, "a", { task_success: 1, bill: 2 });

  it("is counted by an aggregator that an edge makes known which has not heard of it", async () => {
    const aggregator = freshAggregator();
    await aggregator.stub.recount(order([...DEFINITIONS, added]), 1);
    await aggregator.record([billed("1")]);
    expect((await aggregator.totals()).variants.a?.metrics.bill?.units).toBe(1);
    await evictDurableObject(aggregator.stub);
    await aggregator.record([billed("2")]);
    expect((await aggregator.totals()).variants.a?.metrics.bill?.units).toBe(2);
  });

  it("is not forgotten where an order from before comes late", async () => {
    const aggregator = freshAggregator();
    await aggregator.record([billed("1")]);
    // The last two wait until the first one is done.
    await Promise.all(
      [DEFINITIONS, [...DEFINITIONS, added], DEFINITIONS].map((definitions) =>
        aggregator.stub.recount(order(definitions), 1),
      ),
    );
    expect((await aggregator.totals()).variants.a?.metrics.bill?.units).toBe(1);
  });
});
