import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { eraseUnit } from "#test/support/erasures.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";
import { DEFINITIONS, freshAggregator, outcome } from "#test/support/ledger-client.ts";
import { startReading } from "#test/support/started-reading.ts";

type AggregatorStub = ReturnType<typeof env.AGGREGATOR.getByName>;

function rowsOf(stub: AggregatorStub, table: "unit" | "recounted_unit") {
  return runInDurableObject(stub, (_instance, { storage }) =>
    storage.sql
      .exec(`SELECT hash FROM ${table}`)
      .toArray()
      .map(({ hash }) => hash),
  );
}

/** As a recount leaves it that was cut off once it had stored its units. */
function leaveRecountedUnits(stub: AggregatorStub) {
  return runInDurableObject(stub, (_instance, { storage }) => {
    storage.sql.exec("INSERT INTO recounted_unit SELECT hash, state, exposed_at FROM unit");
  });
}

describe("what is forgotten of an erased unit", () => {
  it("is also what aggregators know of it that earlier versions had for later phases, whose totals stay", async () => {
    const { key } = await createExperiment();
    const unit = unitWith("old", [{ key }, "treatment"]);
    const hash = unitHashesOf(env).of(unit, null) ?? "";
    const event = { id: "1", experiment: key, unit, variant: "treatment", metrics: { task_success: 1 } };
    await succeed("POST", "/v1/events", { events: [event] });
    const earlier = env.AGGREGATOR.getByName(`${key}/1`);
    const variants = ["control", "treatment"];
    const experiment = { key, shard: 1, variants, metricDefinitions: DEFINITIONS, exclusions: [] };
    const outcomes = [hash, "kept"].map((one) => outcome("2", one, "treatment", { task_success: 1 }));
    await earlier.record({ experiment, exposures: [], outcomes });
    await earlier.handOver();
    expect((await rowsOf(earlier, "unit")).sort()).toEqual([hash, "kept"].sort());
    await eraseUnit(unit);
    expect(await rowsOf(earlier, "unit")).toEqual(["kept"]);
    expect(await earlier.totals()).toMatchObject([{ events: 2, erasedUnits: 0 }]);
    expect((await readLoggedEntries(key)).map(({ kind, unit: name }) => [kind, name]).sort()).toEqual([
      ["erasure", hash],
      ["outcome", "kept"],
    ]);
  });

  it("is also what a recount had stored of it that was cut off", async () => {
    const { stub, record } = freshAggregator();
    await record([outcome("1", "unit", "a", { task_success: 1 })]);
    await stub.flush();
    await leaveRecountedUnits(stub);
    await evictDurableObject(stub);
    await stub.erase("unit", 3_000);
    expect(await rowsOf(stub, "recounted_unit")).toEqual([]);
  });

  it("is nothing where it was never seen: neither log nor readings are told of it, and what it sends again is refused", async () => {
    const { key } = await createExperiment();
    const unit = unitWith("here", [{ key }, "treatment"]);
    const event = { id: "1", experiment: key, unit, variant: "treatment", metrics: { task_success: 1 } };
    await succeed("POST", "/v1/events", { events: [event] });
    const reading = await startReading({ kind: "verification", experiment: key });
    expect(await reading.takeAll()).toBe("done");
    const stub = env.AGGREGATOR.getByName(`${key}/0`);
    for (let index = 0; index < 7; index++) await stub.erase(`never-seen-${index}`, Date.now());
    await runInDurableObject(reading.stub, (instance) => instance.alarm());
    expect(await reading.state()).toBe("done");
    expect((await readLoggedEntries(key)).map(({ kind }) => kind)).toEqual(["outcome"]);
    const sent = outcome("2", "never-seen-0", "treatment", { task_success: 1 });
    expect([...(await stub.record({ exposures: [], outcomes: [sent] })).statuses]).toEqual(["unit_erased"]);
  });

  it("begins a reading anew where the unit was counted, also when it is erased once more", async () => {
    const { key } = await createExperiment();
    const unit = unitWith("here", [{ key }, "treatment"]);
    const hash = unitHashesOf(env).of(unit, null) ?? "";
    const event = { id: "1", experiment: key, unit, variant: "treatment", metrics: { task_success: 1 } };
    await succeed("POST", "/v1/events", { events: [event] });
    const reading = await startReading({ kind: "verification", experiment: key });
    expect(await reading.takeAll()).toBe("done");
    const stub = env.AGGREGATOR.getByName(`${key}/0`);
    await stub.erase(hash, Date.now());
    await stub.erase(hash, Date.now() + 60_000);
    await runInDurableObject(reading.stub, (instance) => instance.alarm());
    expect(await reading.state()).toBe("running");
  });
});
