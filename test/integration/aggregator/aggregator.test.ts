import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "#aggregator/messages.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { toNumber } from "#analyzer/numeric/exact-sum.ts";
import { readEventPage } from "#event-log/page.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { openDatabases } from "#store/database.ts";
import { packJson } from "#store/pack.ts";
import { DEFINITIONS, freshAggregator, outcome } from "#test/support/ledger-client.ts";
import { rebuildTotals } from "#test/support/rebuild-totals.ts";
import { spec } from "#tools/builders/moments-builder.ts";

/** The totals that one pass over the events gives, duplicates left out; the plain truth to compare with. */
function countOnce(outcomes: readonly Outcome[]): ExperimentTotals {
  const ledger = new Ledger([emptyTotals(["a", "b"])], DEFINITIONS);
  const units = new Map<string, UnitState>();
  const seen = new Set<string>();
  for (const { id, unit, variant = "a", at, receivedAt, metrics } of outcomes) {
    if (seen.has(`${unit}/${id}`)) continue;
    seen.add(`${unit}/${id}`);
    const entry = {
      kind: "outcome",
      id,
      unit: unit,
      variant: variant,
      at: at,
      receivedAt: receivedAt,
      metrics: metrics,
    } as const;
    units.set(unit, ledger.apply(units.get(unit), entry));
  }
  return ledger.totalsIn(0);
}

function numbers(totals: ExperimentTotals) {
  return Object.entries(totals.variants).map(([variant, { units, metrics }]) => ({
    variant,
    units,
    metrics: Object.entries(metrics)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([
          key,
          {
            units: counted,
            covariate: _covariate,
            adjustment: _adjustment,
            isImprecise: _isImprecise,
            ...sums
          },
        ]) => ({
          key,
          counted,
          sums: Object.values(sums).map((sum) => Number(toNumber(sum).toPrecision(12))),
        }),
      ),
  }));
}

/** One id always carries the same values: that is what a retry is. */
const arbitraryOutcome = fc
  .record({ id: fc.integer({ min: 0, max: 30 }), unit: fc.integer({ min: 0, max: 8 }) })
  .map(({ id, unit }) =>
    outcome(`id-${id}`, `unit-${unit}`, unit % 2 === 0 ? "a" : "b", {
      task_success: (id + unit) % 2,
      cost_usd: id * 1.1 + unit / 7,
      ever_error: id % 2,
    }),
  );

async function loggedIds(key: string): Promise<string[]> {
  const { events } = await readEventPage(openDatabases(env), key, { cursor: "0:0", limit: 1_000 });
  return events.map(({ id }) => id).toSorted();
}

describe("the aggregator", () => {
  it("counts every event once, however often and in whatever order its batch arrives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryOutcome, { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(1_000_000), { minLength: 180, maxLength: 180 }),
        async (outcomes, keys) => {
          const aggregator = freshAggregator();
          await aggregator.record(outcomes);
          const once = await aggregator.totals();
          const again = [...outcomes, ...outcomes]
            .map((event, index) => ({ event, order: keys[index] ?? 0 }))
            .sort((a, b) => a.order - b.order)
            .map(({ event }) => event);
          const reply = await aggregator.record(again);
          expect(new Set(reply.statuses)).toEqual(new Set(["duplicate"]));
          const thrice = await aggregator.totals();
          expect({ ...thrice, duplicates: 0 }).toEqual({ ...once, duplicates: 0 });
          expect(numbers(thrice)).toEqual(numbers(countOnce(outcomes)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("answers duplicates within one batch", async () => {
    const aggregator = freshAggregator();
    const event = outcome("same", "unit", "a", { task_success: 1 });
    const reply = await aggregator.record([event, event, outcome("other", "unit", "a", { task_success: 0 })]);
    expect([...reply.statuses]).toEqual(["accepted", "duplicate", "accepted"]);
    expect((await aggregator.totals()).events).toBe(2);
  });

  it("remembers the ids of a unit with thousands of events", async () => {
    const aggregator = freshAggregator();
    const events = Array.from({ length: 1_000 }, (_, index) =>
      outcome(`event-${index}`, "busy", "a", { task_success: index % 2 }),
    );
    for (let round = 0; round < 3; round++) {
      await aggregator.record(events.map((event) => ({ ...event, id: `${round}-${event.id}` })));
    }
    const reply = await aggregator.record(events.map((event) => ({ ...event, id: `0-${event.id}` })));
    expect(new Set(reply.statuses)).toEqual(new Set(["duplicate"]));
    expect((await aggregator.totals()).events).toBe(3_000);
  });

  it("keeps its counts when it is evicted from memory", async () => {
    const aggregator = freshAggregator();
    const events = [
      outcome("1", "u1", "a", { task_success: 1 }),
      outcome("2", "u2", "b", { task_success: 0 }),
    ];
    await aggregator.record(events);
    const before = await aggregator.totals();
    await evictDurableObject(aggregator.stub);
    expect(await aggregator.totals()).toEqual(before);
    const reply = await aggregator.record([...events, outcome("3", "u1", "a", { task_success: 0 })]);
    expect([...reply.statuses]).toEqual(["duplicate", "duplicate", "accepted"]);
  });

  it("leaves a unit that was seen in two variants out of everything, and counts it", async () => {
    const aggregator = freshAggregator();
    await aggregator.record([
      outcome("1", "stays", "a", { task_success: 1, cost_usd: 3 }),
      outcome("2", "crosses", "a", { task_success: 1, cost_usd: 4 }),
    ]);
    const [withBoth] = numbers(await aggregator.totals());
    expect(withBoth?.units).toBe(2);
    await aggregator.record([outcome("3", "crosses", "b", { task_success: 0, cost_usd: 5 })]);
    const after = await aggregator.totals();
    expect(after.multipleExposureUnits).toBe(1);
    expect(numbers(after)).toEqual(
      numbers(countOnce([outcome("1", "stays", "a", { task_success: 1, cost_usd: 3 })])),
    );
    await aggregator.record([outcome("4", "crosses", "a", { task_success: 0 })]);
    expect((await aggregator.totals()).multipleExposureUnits).toBe(1);
  });

  it("caps values per event, and counts a metric per unit once", async () => {
    const aggregator = freshAggregator();
    await aggregator.record([
      outcome("1", "u", "a", { cost_usd: 500, ever_error: 1 }),
      outcome("2", "u", "a", { cost_usd: 10, ever_error: 1 }),
    ]);
    const metrics = (await aggregator.totals()).variants.a?.metrics;
    expect(metrics?.cost_usd?.y).toEqual([60, 0]);
    expect(metrics?.ever_error).toMatchObject({ units: 1, y: [1, 0], d: [1, 0] });
  });

  it("counts exposures, refuses outcomes of units it has never seen, and takes the variant from the ledger", async () => {
    const aggregator = freshAggregator();
    const { variant: _variant, ...anonymous } = outcome("1", "known", "a", { task_success: 1 });
    const reply = await aggregator.record(
      [anonymous, { ...anonymous, unit: "unknown" }],
      [
        { unit: "known", variant: "b", at: 500 },
        { unit: "silent", variant: "b", at: 500 },
      ],
    );
    expect([...reply.statuses]).toEqual(["accepted", "unit_not_exposed"]);
    const totals = await aggregator.totals();
    expect(totals.variants.b?.units).toBe(2);
    expect(totals.variants.b?.metrics.task_success?.units).toBe(1);
  });

  it("writes its outbox to the event log on the alarm, and the log rebuilds the totals", async () => {
    const aggregator = freshAggregator();
    for (let batch = 0; batch < 5; batch++) {
      await aggregator.record(
        Array.from({ length: 300 }, (_, index) =>
          outcome(`${batch}-${index}`, `unit-${index % 70}`, index % 2 === 0 ? "a" : "b", {
            cost_usd: index / 7,
          }),
        ),
      );
    }
    await runDurableObjectAlarm(aggregator.stub);
    const pending = await runInDurableObject(aggregator.stub, (_instance, state) =>
      Number(state.storage.sql.exec("SELECT COUNT(*) AS rows FROM outbox").one().rows),
    );
    expect(pending).toBe(0);
    const chunks = await env.LOG.prepare("SELECT COUNT(*) AS chunks FROM event_chunk WHERE experiment = ?")
      .bind(aggregator.key)
      .first("chunks");
    expect(chunks).toBeLessThan(5);
    const experiment = {
      spec: spec({ key: aggregator.key }),
      metricDefinitions: DEFINITIONS,
      exclusions: [],
    };
    const rebuilt = await rebuildTotals(openDatabases(env), experiment, {
      shard: 0,
      until: 1_000,
      maturedUntil: null,
    });
    const live = await aggregator.totals();
    expect(rebuilt[0]?.variants).toMatchObject(live.variants);
    expect(rebuilt[0]?.events).toBe(1_500);
  });

  it("never reuses a place in the event log after its outbox has been empty", async () => {
    const aggregator = freshAggregator();
    for (let round = 0; round < 3; round++) {
      await aggregator.record([outcome(`event-${round}`, "unit", "a", { task_success: 1 })]);
      await aggregator.stub.flush();
      await evictDurableObject(aggregator.stub);
    }
    expect(await loggedIds(aggregator.key)).toHaveLength(3);
  });

  it("repeats a flush that was cut off without repeating an event", async () => {
    const aggregator = freshAggregator();
    await aggregator.record([outcome("1", "unit", "a", { task_success: 1 })]);
    // The chunk has been planned and written, but the aggregator died before it could forget its outbox.
    await runInDurableObject(aggregator.stub, async (_instance, state) => {
      state.storage.sql.exec(
        `INSERT OR REPLACE INTO meta (name, value) VALUES ('chunk_plan', '{"sequence":1,"lastSequence":1}')`,
      );
      const { entries } = state.storage.sql.exec("SELECT entries FROM outbox").one();
      await env.LOG.prepare(
        "INSERT INTO event_chunk (experiment, shard, sequence, last_sequence, entries) VALUES (?, 0, 1, 1, ?)",
      )
        .bind(aggregator.key, packJson(`[${entries}]`))
        .run();
    });
    await evictDurableObject(aggregator.stub);
    await aggregator.record([outcome("2", "unit", "a", { task_success: 1 })]);
    await aggregator.stub.flush();
    expect(await loggedIds(aggregator.key)).toEqual(["1", "2"]);
  });
});
