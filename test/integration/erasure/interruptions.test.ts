import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { removeUnits } from "#event-log/remove-units.ts";
import { markOf } from "#ledger/fingerprint.ts";
import { beginErasure, continueErasures } from "#lifecycle/erase-unit.ts";
import { openDatabases } from "#store/database.ts";
import { nextSearches, partOf } from "#store/erasures.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { eraseUnit, runSchedule } from "#test/support/erasures.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";
import { failingDatabase, isWrite } from "#test/support/failing-database.ts";
import { freshAggregator, outcome } from "#test/support/ledger-client.ts";

/** So that nothing happened before an erasure. */
const LATER = Date.now() + 1_000_000_000;

describe("an aggregator that erases units", () => {
  it("counts what is left, wherever it is evicted, flushed, and searched", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ unit: fc.integer({ min: 0, max: 3 }), id: fc.integer({ min: 0, max: 9 }) }),
            fc.record({ erased: fc.integer({ min: 0, max: 3 }) }),
            fc.constantFrom("evict" as const, "flush" as const, "search" as const, "recount" as const),
          ),
          { maxLength: 30 },
        ),
        async (steps) => {
          const { key, stub, record, totals } = freshAggregator();
          const left = new Map<string, Set<number>>();
          const until = new Map<string, number>();
          let requests = 0;
          await record([]);
          const search = () =>
            removeUnits(openDatabases(env), { experiment: key, shard: 0, after: 0, until }, 100);
          for (const step of steps) {
            if (step === "evict") {
              await totals();
              await evictDurableObject(stub);
            } else if (step === "flush") await stub.flush();
            else if (step === "recount") await stub.recount({ quarantines: [], exclusions: [] }, 1);
            else if (step === "search") await search();
            else if ("erased" in step) {
              const unit = `unit-${step.erased}`;
              requests += 1;
              const sequence = await stub.erase(unit, LATER - 1_000 + requests);
              until.set(unit, sequence ?? 0);
              left.delete(unit);
            } else {
              const unit = `unit-${step.unit}`;
              const ids = left.get(unit) ?? new Set();
              const event = {
                ...outcome(`${step.id}`, unit, "a", { task_success: 1 }),
                at: LATER,
                receivedAt: LATER,
              };
              const { statuses } = await record([event]);
              expect([...statuses]).toEqual([ids.has(step.id) ? "duplicate" : "accepted"]);
              left.set(unit, ids.add(step.id));
            }
          }
          await stub.flush();
          await search();
          await stub.recount({ quarantines: [], exclusions: [] }, 1);
          const events = [...left.values()].reduce((sum, { size }) => sum + size, 0);
          const after = await totals();
          expect([after.events, after.variants.a?.units ?? 0]).toEqual([events, left.size]);
          const logged = await readLoggedEntries(key);
          expect(logged.filter(({ kind }) => kind === "outcome")).toHaveLength(events);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it("recounts once what an earlier version has counted, so that late events are taken out too", async () => {
    const { stub, record, totals } = freshAggregator();
    const late = { ...outcome("1", "unit", "a", { task_success: 1 }), late: true as const };
    await record([late, outcome("2", "other", "a", { task_success: 1 })]);
    await stub.flush();
    await runInDurableObject(stub, (_instance, state) => {
      const { sql } = state.storage;
      const unit = { v: "a", x: false, o: true, s: { task_success: [1, 1] }, i: [markOf("1")], b: 0 };
      sql.exec("UPDATE unit SET state = ? WHERE hash = 'unit'", JSON.stringify(unit));
      sql.exec("INSERT INTO meta (name, value) VALUES ('untallied_units', '1')");
    });
    await evictDurableObject(stub);
    await stub.erase("unit", 3_000);
    expect(await totals()).toMatchObject({ events: 1, late: 0, erasedUnits: 1 });
  });

  it("goes on where an earlier version's entries cannot be recounted, and leaves counts too high at worst", async () => {
    const { stub, record, totals } = freshAggregator();
    await record([outcome("1", "unit", "a", { task_success: 1 })]);
    const returning = {
      ...outcome("2", "unit", "a", { task_success: 1 }),
      phase: 1,
      isPhaseKnown: true as const,
    };
    await record([returning, { ...returning, id: "3" }]);
    await stub.flush();
    await runInDurableObject(stub, (_instance, { storage: { sql } }) => {
      const marks = ["1", "2", "3"].map((id) => markOf(id).toString(36).padStart(11, "0")).join("");
      const unit = [0, 8, 0, null, null, null, 0, marks, [0, 1, 1], { r: [1] }];
      sql.exec("UPDATE unit SET state = ? WHERE hash = 'unit'", JSON.stringify(unit));
      sql.exec("INSERT INTO meta (name, value) VALUES ('untallied_units', '1'), ('unlogged_entries', '1')");
    });
    await evictDurableObject(stub);
    await stub.erase("unit", 3_000);
    await evictDurableObject(stub);
    const { statuses } = await record([outcome("9", "other", "b", { task_success: 1 })]);
    expect([...statuses]).toEqual(["accepted"]);
    expect(await totals()).toMatchObject({
      events: 2,
      erasedUnits: 1,
      variants: { a: { units: 0 }, b: { units: 1 } },
    });
  });

  it("judges nothing: that somebody asks to be erased is no evidence", async () => {
    const { stub, record } = freshAggregator();
    await record([outcome("1", "unit", "a", { task_success: 1 })]);
    await stub.flush();
    const woken = vi.fn();
    await runInDurableObject(stub, async (instance) => {
      Reflect.set(instance, "onFreshTotals", async () => {
        woken();
        return "done";
      });
      await instance.alarm();
      woken.mockClear();
      await instance.erase("unit", 3_000);
      await instance.alarm();
    });
    expect(woken).not.toHaveBeenCalled();
  });
});

describe("an erasure that is cut off", () => {
  async function experimentWith(labels: readonly string[]) {
    const { key } = await createExperiment();
    const units = labels.map((label) => unitWith(label, [{ key }, "treatment"]));
    const events = units.map((unit, index) => ({
      id: `${index}`,
      experiment: key,
      unit,
      variant: "treatment",
      metrics: { task_success: 1 },
    }));
    await succeed("POST", "/v1/events", { events });
    await succeed("GET", `/v1/experiments/${key}/verify`);
    return { key, units };
  }

  it("while the log cannot be rewritten stays pending, agrees with the log, and is finished later", async () => {
    const { key, units } = await experimentWith(["gone", "kept"]);
    const services = { ...openDatabases(env), aggregators: env.AGGREGATOR, now: Date.now() };
    const act = { actor: "key:admin", reason: "", now: Date.now() };
    const begun = await beginErasure(services, unitHashesOf(env), units[0] ?? "", act);
    if (!begun.ok) throw new Error(begun.error.detail);
    const { id } = begun.value;
    const outcomes = async () => (await readLoggedEntries(key)).filter(({ kind }) => kind === "outcome");
    await runSchedule({ ...env, LOG: failingDatabase(env.LOG, "down", isWrite) });
    expect(await succeed("GET", `/v1/erasures/${id}`)).toMatchObject({ state: "pending" });
    expect(await outcomes()).toHaveLength(2);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 1 });
    await runSchedule();
    expect(await succeed("GET", `/v1/erasures/${id}`)).toMatchObject({ state: "done" });
    expect(await outcomes()).toHaveLength(1);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 1 });
  });

  it("where a part of the log is damaged goes on with all others, and waits for that one alone", async () => {
    const [bad, good] = [await experimentWith(["bad"]), await experimentWith(["good"])];
    const damage = "UPDATE event_chunk SET entries = 'damaged' WHERE experiment = ?";
    const before = await env.LOG.prepare("SELECT entries FROM event_chunk WHERE experiment = ?")
      .bind(bad.key)
      .first("entries");
    await env.LOG.prepare(damage).bind(bad.key).run();
    const erasures: string[] = [];
    for (const { units } of [bad, good])
      erasures.push((await succeed("DELETE", `/v1/units/${encodeURIComponent(units[0] ?? "")}`)).id);
    for (let run = 0; run < 2; run++) await runSchedule();
    const outcomes = (await readLoggedEntries(good.key)).filter(({ kind }) => kind === "outcome");
    expect(outcomes).toHaveLength(0);
    const [hindered, other] = await Promise.all(erasures.map((id) => succeed("GET", `/v1/erasures/${id}`)));
    expect(hindered).toMatchObject({ state: "pending", experimentsDone: hindered.experiments - 1 });
    expect(other.experimentsDone).toBeGreaterThanOrEqual(other.experiments - 1);
    await env.LOG.prepare("UPDATE event_chunk SET entries = ? WHERE experiment = ? AND entries = 'damaged'")
      .bind(before, bad.key)
      .run();
    await vi.waitFor(async () => {
      await runSchedule();
      for (const id of erasures)
        expect(await succeed("GET", `/v1/erasures/${id}`)).toMatchObject({ state: "done" });
    });
  });

  it("searches first for what was asked for first, and for what failed last", async () => {
    const { database } = openDatabases(env);
    const task = env.DB.prepare("INSERT INTO erasure_task VALUES (?, 0, ?, 'h', 1, 9, 0, ?)");
    await env.DB.batch([task.bind("z", "1", 0), task.bind("b", "2", 0), task.bind("a", "0", 1)]);
    const failed = new Set<string>();
    const order: string[] = [];
    for (
      let part = await nextSearches(database, 9);
      part[0];
      part = await nextSearches(database, 9, failed)
    ) {
      order.push(part[0].experiment);
      failed.add(partOf(part[0]));
    }
    await env.DB.prepare("DELETE FROM erasure_task WHERE unit = 'h'").run();
    expect(order).toEqual(["z", "b", "a"]);
  });

  it("while units of one chunk are removed by two runs at once loses neither removal", async () => {
    const { key, units } = await experimentWith(["one", "two", "three"]);
    await Promise.all([eraseUnit(units[0] ?? ""), eraseUnit(units[1] ?? ""), runSchedule()]);
    const logged = await readLoggedEntries(key);
    expect(logged.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 1 });
  });

  it("goes on where an aggregator cannot be reached, and waits for it alone", async () => {
    const [{ key, units }, other] = [await experimentWith(["here"]), await createExperiment()];
    const unreachable = new Proxy(env.AGGREGATOR, {
      get: (namespace, name) =>
        name === "getByName"
          ? (shard: string) => {
              if (shard.startsWith(`${other.key}/`)) throw new Error("it cannot be reached");
              return namespace.getByName(shard);
            }
          : Reflect.get(namespace, name),
    });
    await env.DB.prepare(
      "INSERT INTO erasure SELECT 'stuck', 'h', 1, NULL, 1, 0 UNION ALL SELECT 'free', 'g', 1, NULL, 1, 0",
    ).run();
    const task = env.DB.prepare("INSERT INTO erasure_task VALUES (?, 0, ?, ?, 1, NULL, 0, 0)");
    await env.DB.batch([task.bind(other.key, "stuck", "h"), task.bind(key, "free", "g")]);
    const services = { ...openDatabases(env), aggregators: unreachable, now: Date.now() };
    await continueErasures(services, 1_000);
    expect(await succeed("GET", "/v1/erasures/free")).toMatchObject({ state: "done" });
    expect(await succeed("GET", "/v1/erasures/stuck")).toMatchObject({
      state: "pending",
      experimentsDone: 0,
    });
    await runSchedule();
    expect(await succeed("GET", "/v1/erasures/stuck")).toMatchObject({ state: "done" });
    expect((await call("DELETE", `/v1/units/${encodeURIComponent(units[0] ?? "")}`)).status).toBe(202);
  });
});
