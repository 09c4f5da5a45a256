import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Meta } from "#aggregator/storage/meta.ts";
import { Outbox } from "#aggregator/storage/outbox.ts";
import { packJson } from "#store/pack.ts";
import { freshAggregator, outcome } from "#test/support/ledger-client.ts";

const rowsOf = (stub: ReturnType<typeof freshAggregator>["stub"], table: string) =>
  runInDurableObject(stub, (_instance, state) =>
    Number(state.storage.sql.exec(`SELECT COUNT(*) AS rows FROM ${table}`).one().rows),
  );

describe("what an aggregator has acknowledged", () => {
  it("is there after it was evicted at any moment, and counted once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ unit: fc.integer({ min: 0, max: 5 }), id: fc.integer({ min: 0, max: 20 }) }),
            fc.constantFrom("evict" as const, "flush" as const),
          ),
          { maxLength: 25 },
        ),
        async (steps) => {
          const aggregator = freshAggregator();
          const expected = new Set<string>();
          for (const step of steps) {
            if (step === "evict") {
              // Only an object that is in memory can be evicted.
              await aggregator.totals();
              await evictDurableObject(aggregator.stub);
            } else if (step === "flush") await aggregator.stub.flush();
            else {
              const name = `${step.unit}/${step.id}`;
              const { statuses } = await aggregator.record([
                outcome(`${step.id}`, `unit-${step.unit}`, "a", { task_success: step.id % 2 }),
              ]);
              expect([...statuses]).toEqual([expected.has(name) ? "duplicate" : "accepted"]);
              expected.add(name);
            }
          }
          const totals = await aggregator.totals();
          const units = new Set([...expected].map((name) => name.split("/")[0]));
          expect([totals.events, totals.variants.a?.units ?? 0]).toEqual([expected.size, units.size]);
          const sum = totals.variants.a?.metrics.task_success?.y[0] ?? 0;
          expect(sum).toBe([...expected].filter((name) => Number(name.split("/")[1]) % 2 === 1).length);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("costs a row for a batch at once, and one for a unit later, however many events it has", async () => {
    const aggregator = freshAggregator();
    for (let batch = 0; batch < 5; batch++) {
      await aggregator.record(
        Array.from({ length: 20 }, (_, index) =>
          outcome(`${batch}-${index}`, "busy", "a", { task_success: 1 }),
        ),
      );
    }
    expect([await rowsOf(aggregator.stub, "outbox"), await rowsOf(aggregator.stub, "unit")]).toEqual([5, 0]);
    await aggregator.stub.flush();
    expect([await rowsOf(aggregator.stub, "outbox"), await rowsOf(aggregator.stub, "unit")]).toEqual([0, 1]);
  });

  it("is found by an index once a unit has more events than its row remembers", async () => {
    const aggregator = freshAggregator();
    const events = Array.from({ length: 300 }, (_, index) =>
      outcome(`${index}`, "busy", "a", { task_success: 1 }),
    );
    await aggregator.record(events);
    await aggregator.stub.flush();
    expect(await rowsOf(aggregator.stub, "fingerprint")).toBe(300 - 128);
    await evictDurableObject(aggregator.stub);
    expect(new Set((await aggregator.record(events)).statuses)).toEqual(new Set(["duplicate"]));
  });

  it("fits into rows and chunks also where it is large: texts of emoji, in one batch", async () => {
    const aggregator = freshAggregator();
    const emoji = "🧪".repeat(256);
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      ...outcome(`${index}${"🧁".repeat(60)}`, `unit-${index}`, "a", { task_success: 1 }),
      properties: { note: emoji, other: emoji },
    }));
    const { statuses } = await aggregator.record(events);
    expect(new Set(statuses)).toEqual(new Set(["accepted"]));
    const largest = await runInDurableObject(aggregator.stub, (_instance, state) =>
      Number(
        state.storage.sql.exec("SELECT MAX(length(CAST(entries AS BLOB))) AS largest FROM outbox").one()
          .largest,
      ),
    );
    expect(largest).toBeLessThan(1_000_000);
    await aggregator.stub.flush();
    expect(await rowsOf(aggregator.stub, "outbox")).toBe(0);
    await evictDurableObject(aggregator.stub);
    expect((await aggregator.totals()).events).toBe(1_000);
  });
});

describe("an outbox whose event log takes nothing", () => {
  it("gives up its oldest entries beyond a bound: they stay counted, and are told", async () => {
    const aggregator = freshAggregator();
    for (let batch = 0; batch < 20; batch++)
      await aggregator.record([outcome(`${batch}`, `unit-${batch}`, "a", { task_success: 1 })]);
    await runInDurableObject(aggregator.stub, (_instance, state) => {
      const outbox = new Outbox(state.storage.sql, new Meta(state.storage.sql));
      const bytes = Number(
        state.storage.sql.exec("SELECT sum(length(entries)) AS bytes FROM outbox").one().bytes,
      );
      outbox.trim(bytes, outbox.lastSequence());
      expect(outbox.unlogged()).toBe(0);
      outbox.trim(bytes / 2, outbox.lastSequence());
      expect(outbox.unlogged()).toBeGreaterThanOrEqual(10);
      outbox.trim(0, outbox.lastSequence());
      expect(outbox.unlogged()).toBe(19);
    });
    const { unlogged, phases } = await aggregator.stub.checkpoint();
    expect(unlogged).toBe(19);
    expect(phases[0]?.events).toBe(20);
    await evictDurableObject(aggregator.stub);
    expect((await aggregator.totals()).events).toBe(20);
    await expect(
      runInDurableObject(aggregator.stub, (instance) =>
        instance.recount({ quarantines: [], exclusions: [] }, 1),
      ),
    ).rejects.toThrow("not logged");
  });
});

describe("a chunk that is on its way to the event log", () => {
  it("keeps its entries when others are given up: they may have arrived", async () => {
    const aggregator = freshAggregator();
    for (let batch = 0; batch < 20; batch++)
      await aggregator.record([outcome(`${batch}`, `unit-${batch}`, "a", { task_success: 1 })]);
    await runInDurableObject(aggregator.stub, (_instance, state) => {
      const outbox = new Outbox(state.storage.sql, new Meta(state.storage.sql));
      const plan = outbox.planChunk(new Set(), 5);
      expect(plan).toEqual({ sequence: 1, lastSequence: 5 });
      outbox.trim(0, outbox.lastSequence());
      expect(outbox.unlogged()).toBe(14);
      expect(outbox.planChunk(new Set())).toEqual(plan);
      const rows = state.storage.sql.exec("SELECT sequence FROM outbox ORDER BY sequence").toArray();
      expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 20]);
    });
  });
});

/** An experiment whose second phase an aggregator of its own has counted, with an event that came twice. */
async function separatePhases() {
  const { key, stub, record } = freshAggregator();
  await record([outcome("1", "first", "a", { task_success: 1 })]);
  const experiment = { key, shard: 1, variants: ["a", "b"], metricDefinitions: [], exclusions: [] };
  const second = env.AGGREGATOR.getByName(`${key}/1`);
  const event = outcome("2", "second", "b", { task_success: 1 });
  await second.record({ experiment, exposures: [], outcomes: [event, event] });
  await second.flush();
  return { key, stub, experiment, event };
}

/** Has an aggregator begin as the one of an earlier version does. */
async function beginAsMerging(stub: ReturnType<typeof freshAggregator>["stub"]): Promise<void> {
  await runInDurableObject(stub, (_instance, state) => {
    state.storage.sql.exec("INSERT INTO meta (name, value) VALUES ('merge_pending', '1')");
  });
  await evictDurableObject(stub);
}

describe("an experiment that earlier versions counted by an aggregator for every phase", () => {
  it("is counted by one from then on, with all that the others have", async () => {
    const { key, stub, experiment, event } = await separatePhases();
    // A unit of the first phase was seen in the second one too.
    const returning = {
      k: "outcome",
      id: "3",
      u: "first",
      v: "b",
      t: 1,
      r: 1,
      m: { task_success: 1 },
      n: true,
    };
    await env.LOG.prepare(
      "INSERT INTO event_chunk (experiment, shard, sequence, last_sequence, entries) VALUES (?, 1, 2, 2, ?)",
    )
      .bind(key, packJson(JSON.stringify([returning])))
      .run();
    await beginAsMerging(stub);

    const phases = await stub.totals(1);
    expect(phases).toMatchObject([
      { events: 1, variants: { a: { units: 1 } }, returningUnits: 0 },
      { events: 1, variants: { b: { units: 1 } }, returningUnits: 1, returningEvents: 1, duplicates: 1 },
    ]);
    const again = await stub.record({
      experiment: { ...experiment, shard: 0 },
      exposures: [],
      outcomes: [{ ...event, phase: 1 }],
    });
    expect([...again.statuses]).toEqual(["duplicate"]);
    expect((await stub.totals(1))[1]?.events).toBe(1);
  });

  it("keeps what is refused before the others have handed over", async () => {
    const { stub, experiment } = await separatePhases();
    await beginAsMerging(stub);
    await stub.countRejected({ ...experiment, shard: 0 }, 1, 3);
    const phases = await stub.totals(1);
    expect(phases.map(({ duplicates, rejected }) => [duplicates, rejected])).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });
});
