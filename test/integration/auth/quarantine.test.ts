import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { quarantineKey } from "#lifecycle/quarantine-key.ts";
import { readResults } from "#results/results.ts";
import { openDatabases } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { countLogged } from "#test/support/event-log.ts";
import worker from "../../../src/limited.ts";

async function newKey(scope = "server") {
  return succeed("POST", "/v1/keys", { name: "app", scope });
}

const eventsFor = (experiment: string, label: string, count: number, success: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${label}-${index}`,
    experiment,
    unit: unitWith(`${label}-${index}`, [{ key: experiment }, "treatment"]),
    variant: "treatment",
    metrics: { task_success: success },
  }));

/** All aggregators but those whose names begin so, which cannot be reached. */
function aggregatorsWithout(prefix: string): typeof env.AGGREGATOR {
  return new Proxy(env.AGGREGATOR, {
    get(namespace, name) {
      if (name !== "getByName") return Reflect.get(namespace, name);
      return (shard: string) => {
        if (shard.startsWith(prefix)) throw new Error("the aggregator cannot be reached");
        return namespace.getByName(shard);
      };
    },
  });
}

async function analysisOf(key: string) {
  return (await succeed("GET", `/v1/experiments/${key}/results`)).analysis;
}

describe("the quarantine of a key", () => {
  it("counts anew without what came by it from then on; the log keeps it, and verify agrees", async () => {
    const { key } = await createExperiment({ shards: 2 });
    const [honest, poisoned] = [await newKey(), await newKey()];
    const send = (events: unknown[], secret: string) =>
      call("POST", "/v1/events", { events }, { key: secret });
    await send(eventsFor(key, "honest", 150, 1), honest.secret);
    await send(eventsFor(key, "before", 10, 1), poisoned.secret);
    const from = Date.now() + 1;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(from));
    await send(eventsFor(key, "poison", 50, 0), poisoned.secret);
    // Of a unit that an honest key speaks of, too.
    const [shared] = eventsFor(key, "honest", 1, 0);
    await send([{ ...shared, id: "shared" }], poisoned.secret);
    expect(await analysisOf(key)).toMatchObject({ units: 210, events: 211 });

    const reply = await succeed("POST", `/v1/keys/${poisoned.id}/quarantine`, { from, reason: "leaked" });
    expect(reply).toMatchObject({ key: { id: poisoned.id, quarantinedFrom: from } });
    expect(reply.experiments).toContain(key);
    const after = await analysisOf(key);
    expect(after).toMatchObject({ units: 160, events: 160 });
    expect(after.metrics[0].variants[1].estimate).toBe(1);
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
      agrees: true,
      events: 160,
    });
    expect(await countLogged(key, (entry) => entry.kind === "outcome" && entry.key === poisoned.id)).toBe(61);

    const refused = await send(eventsFor(key, "later", 1, 0), poisoned.secret);
    expect(refused.body.rejected).toMatchObject([{ code: "key_quarantined" }]);
    // Ids of what counts are still known, and others' are free.
    const again = await send(eventsFor(key, "honest", 150, 1), honest.secret);
    expect(again.body).toMatchObject({ duplicates: 150 });
    expect(await analysisOf(key)).toMatchObject({ units: 160, events: 160 });
    const { entries } = await succeed("GET", "/v1/audit?limit=20");
    expect(entries).toContainEqual(
      expect.objectContaining({ action: "key.quarantine", reason: "leaked", details: { from } }),
    );
  });

  it("may be repeated, and begins neither in the future nor for a key that is none", async () => {
    const { key } = await createExperiment();
    const { id } = await newKey();
    const from = Date.now() - 1_000;
    await succeed("POST", `/v1/keys/${id}/quarantine`, { from });
    const second = await succeed("POST", `/v1/keys/${id}/quarantine`, { from: Date.now() });
    expect(second.key.quarantinedFrom).toBe(from);
    expect(second.experiments).toContain(key);
    const later = await call("POST", `/v1/keys/${id}/quarantine`, { from: Date.now() + 60_000 });
    expect(later.body.errors).toMatchObject([{ path: "/from", code: "in_future" }]);
    expect((await call("POST", "/v1/keys/nobody/quarantine", { from })).body.code).toBe("key_not_found");
  });

  it("keeps a unit that a bad key reported first and a good one later", async () => {
    const { key } = await createExperiment();
    const [honest, poisoned] = [await newKey(), await newKey()];
    const exposures = Array.from({ length: 5 }, (_, index) => ({
      experiment: key,
      unit: unitWith(`seen-${index}`, [{ key }, "treatment"]),
      variant: "treatment",
    }));
    const from = Date.now();
    const report = (some: unknown[], secret: string) =>
      call("POST", "/v1/exposures", { exposures: some }, { key: secret });
    await report(exposures, poisoned.secret);
    for (let time = 0; time < 3; time++) await report(exposures.slice(0, 2), honest.secret);
    await succeed("POST", `/v1/keys/${poisoned.id}/quarantine`, { from });
    expect(await analysisOf(key)).toMatchObject({ units: 2 });
    expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({ agrees: true, units: 2 });
    expect(await countLogged(key, ({ kind }) => kind === "exposure")).toBe(7);
  });

  it("withdraws what a person accepted while the key's word counted", async () => {
    const { key } = await createExperiment();
    const [honest, poisoned] = [await newKey(), await newKey()];
    const send = (events: unknown[], secret: string) =>
      call("POST", "/v1/events", { events }, { key: secret });
    await send(eventsFor(key, "honest", 5, 1), honest.secret);
    const from = Date.now();
    await send(eventsFor(key, "poison", 60, 0), poisoned.secret);
    await succeed("POST", `/v1/experiments/${key}/accept-data`, { reason: "looks fine" });
    await succeed("POST", `/v1/keys/${poisoned.id}/quarantine`, { from });
    expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({
      acceptances: [],
      rebuildPendingSince: null,
    });
  });

  it("rebuilds what it can reach, says what it cannot, and promotes nothing there until the schedule has", async () => {
    const [{ key }, { key: other }] = [await createExperiment(), await createExperiment()];
    const poisoned = await newKey();
    const from = Date.now();
    await call("POST", "/v1/events", { events: eventsFor(key, "poison", 9, 1) }, { key: poisoned.secret });
    const unreachable = aggregatorsWithout(`${key}/`);
    const databases = openDatabases(env);
    const act = { actor: "key:admin", reason: "leaked", now: Date.now() };
    const done = await quarantineKey(
      { ...databases, aggregators: unreachable, now: act.now },
      poisoned.id,
      from,
      act,
    );
    if (!done.ok) throw new Error(done.error.detail);
    expect(done.value.failed).toEqual([key]);
    expect(done.value.experiments).toContain(other);
    expect((await succeed("GET", `/v1/experiments/${key}`)).rebuildPendingSince).toBe(act.now);
    const { decision, summary } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(decision).toMatchObject({ action: "hold", reason: { code: "rebuild_pending" } });
    expect(summary).toContain("the totals are to be counted anew");

    await worker.scheduled({ scheduledTime: Date.now() + 600_000, cron: "* * * * *", noRetry() {} }, env);
    expect((await succeed("GET", `/v1/experiments/${key}`)).rebuildPendingSince).toBeNull();
    expect(await analysisOf(key)).toMatchObject({ units: 0 });
    expect(
      (await succeed("GET", `/v1/experiments/${key}/snapshots`)).snapshots[0].decision.reason.code,
    ).not.toBe("rebuild_pending");
  });

  it("holds up nothing for what nobody vouches for, which somebody may have made too large to be counted anew", async () => {
    const { key } = await createExperiment();
    const [honest, page] = [await newKey(), await newKey("client")];
    await call("POST", "/v1/events", { events: eventsFor(key, "honest", 5, 1) }, { key: honest.secret });
    const from = Date.now();
    await call("POST", "/v1/events", { events: eventsFor(key, "flood", 50, 0) }, { key: page.secret });
    const unreachable = aggregatorsWithout(`${key}/-`);
    const databases = openDatabases(env);
    const act = { actor: "key:admin", reason: "flood", now: Date.now() };
    const done = await quarantineKey(
      { ...databases, aggregators: unreachable, now: act.now },
      page.id,
      from,
      act,
    );
    if (!done.ok) throw new Error(done.error.detail);
    expect(done.value.experiments).toContain(key);
    const found = await findExperiment(databases.database, key);
    if (!found.ok) throw new Error(found.error.detail);
    expect(found.value.rebuildPendingSince).toBeNull();
    const results = await readResults(
      { ...databases, aggregators: unreachable, now: Date.now() },
      found.value,
    );
    if (!results.ok) throw new Error(results.error.detail);
    expect(results.value.analysis).toMatchObject({ units: 5 });
    expect(results.value.unvouched?.summary).toContain("could not be counted");

    await succeed("POST", `/v1/keys/${page.id}/quarantine`, { from });
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).unvouched).toBeNull();
  });
});
