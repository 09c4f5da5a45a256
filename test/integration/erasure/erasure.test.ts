import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { eraseUnit } from "#test/support/erasures.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";

const MINUTE = 60_000;

function outcomesOf(experiment: string, label: string, count: number, success = 1) {
  const unit = unitWith(label, [{ key: experiment }, "treatment"]);
  return Array.from({ length: count }, (_, index) => ({
    id: `${label}-${index}`,
    experiment,
    unit,
    variant: "treatment",
    metrics: { task_success: success },
    properties: { country: label },
  }));
}

async function analysisOf(key: string) {
  return (await succeed("GET", `/v1/experiments/${key}/results`)).analysis;
}

const verify = (key: string) => succeed("GET", `/v1/experiments/${key}/verify`);

async function entriesOf(key: string, unit: string) {
  const hash = unitHashesOf(env).of(unit, null);
  return (await readLoggedEntries(key)).filter((entry) => entry.unit === hash);
}

describe("DELETE /v1/units/{unit}", () => {
  it("takes a unit out of all experiments, and out of the log, but for the entry that says so", async () => {
    const [{ key }, { key: ended }] = [
      await createExperiment({ shards: 3, properties: ["country"] }),
      await createExperiment(),
    ];
    const unit = unitWith("erased", [{ key }, "treatment"], [{ key: ended }, "treatment"]);
    const erased = outcomesOf(key, "erased", 3, 0).map((event) => ({ ...event, unit }));
    const early = { ...erased[0], experiment: ended };
    await succeed("POST", "/v1/events", { events: [...erased, ...outcomesOf(key, "kept", 2), early] });
    await succeed("POST", `/v1/experiments/${ended}/stop`, { reason: "enough" });
    expect(await analysisOf(key)).toMatchObject({ units: 2, events: 5, erasedUnits: 0 });
    expect(await verify(key)).toMatchObject({ agrees: true });

    const erasure = await eraseUnit(unit);
    expect(erasure).toMatchObject({ state: "done", experimentsDone: erasure.experiments });
    const after = await analysisOf(key);
    expect(after).toMatchObject({ units: 1, events: 2, erasedUnits: 1 });
    expect(after.metrics[0].variants[1].estimate).toBe(1);
    expect(await verify(key)).toMatchObject({ agrees: true, units: 1, events: 2 });
    for (const experiment of [key, ended])
      expect(await entriesOf(experiment, unit)).toMatchObject([{ kind: "erasure", wasCounted: true }]);
    expect(await verify(ended)).toMatchObject({ agrees: true, units: 0, events: 0 });
    const { segments } = await succeed("GET", `/v1/experiments/${key}/segments?property=country`);
    expect(segments.map(({ value }: { value: string }) => value)).toEqual(["kept"]);
  });

  it("answers the same of a unit that nobody knows", async () => {
    const { key } = await createExperiment();
    const answer = await call("DELETE", "/v1/units/nobody%2Fever%20seen");
    expect(answer.status).toBe(202);
    expect(Object.keys(answer.body).sort()).toEqual([
      "experiments",
      "experimentsDone",
      "finishedAt",
      "id",
      "requestedAt",
      "state",
      "unlinkableExperiments",
    ]);
    await eraseUnit("nobody/ever seen");
    expect(await analysisOf(key)).toMatchObject({ units: 0, erasedUnits: 0 });
    expect(await verify(key)).toMatchObject({ agrees: true });
  });

  it("is answered with the erasure that waits already, and begins another one once that is done", async () => {
    const [first, second] = await Promise.all([
      succeed("POST", "/v1/erasures", { unit: "twice", reason: "they asked" }),
      succeed("POST", "/v1/erasures", { unit: "twice", reason: "they asked" }),
    ]);
    expect(second.id).toBe(first.id);
    const done = await eraseUnit("twice");
    expect((await eraseUnit("twice")).id).not.toBe(done.id);
    const { erasures } = await succeed("GET", "/v1/erasures?limit=2");
    expect(erasures).toHaveLength(2);
    const { entries } = await succeed("GET", "/v1/audit?action=unit.erase&limit=50");
    expect(entries).toContainEqual(
      expect.objectContaining({ subject: `erasure:${first.id}`, reason: "they asked" }),
    );
    expect(JSON.stringify(entries)).not.toContain("twice");
  });

  it("refuses what happened before it and is sent again, also by a clock that is ahead, and counts what comes later as a new unit's", async () => {
    const { key } = await createExperiment();
    const before = outcomesOf(key, "returning", 2).map((event) => ({
      ...event,
      timestamp: Date.now() + 4 * MINUTE,
    }));
    await succeed("POST", "/v1/events", { events: before });
    await eraseUnit(before[0]?.unit ?? "");
    const again = await call("POST", "/v1/events", { events: before });
    expect(again.body).toMatchObject({ rejected: [{ code: "unit_erased" }, { code: "unit_erased" }] });
    expect(await analysisOf(key)).toMatchObject({ units: 0, events: 0 });
    const [first] = before;
    const later = { ...first, timestamp: undefined };
    expect(await succeed("POST", "/v1/events", { events: [later] })).toMatchObject({ accepted: 1 });
    expect(await analysisOf(key)).toMatchObject({ units: 1, events: 1, erasedUnits: 1 });
    expect(await verify(key)).toMatchObject({ agrees: true });
    // And it can be erased again.
    await eraseUnit(first?.unit ?? "");
    expect(await analysisOf(key)).toMatchObject({ units: 0, events: 0, erasedUnits: 2 });
    expect(await verify(key)).toMatchObject({ agrees: true });
    expect(await entriesOf(key, first?.unit ?? "")).toMatchObject([{ kind: "erasure" }, { kind: "erasure" }]);
  });

  it("reaches what nobody vouches for, and what a quarantined key has told", async () => {
    const { key } = await createExperiment();
    const page = await succeed("POST", "/v1/keys", { name: "page", scope: "client" });
    const leaked = await succeed("POST", "/v1/keys", { name: "leaked", scope: "server" });
    const [told] = outcomesOf(key, "told", 1);
    await succeed("POST", "/v1/events", { events: [told] }, page.secret);
    await succeed("POST", "/v1/events", { events: [{ ...told, id: "by-leaked" }] }, leaked.secret);
    await succeed("POST", `/v1/keys/${leaked.id}/quarantine`, { from: Date.now() - MINUTE });
    await verify(key);
    expect(await entriesOf(key, told?.unit ?? "")).toHaveLength(2);
    await eraseUnit(told?.unit ?? "");
    expect((await entriesOf(key, told?.unit ?? "")).map(({ kind }) => kind)).toEqual(["erasure", "erasure"]);
    expect(await verify(key)).toMatchObject({ agrees: true, unvouchedEvents: 0 });
  });

  it("needs the admin's scope, and a unit that may be one", async () => {
    const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    expect((await call("DELETE", "/v1/units/somebody", undefined, { key: secret })).status).toBe(403);
    expect((await call("DELETE", `/v1/units/${"u".repeat(257)}`)).status).toBe(404);
    expect((await call("POST", "/v1/erasures", { unit: "undefined" })).status).toBe(422);
    expect((await call("GET", "/v1/erasures/none")).body.code).toBe("erasure_not_found");
  });
});
