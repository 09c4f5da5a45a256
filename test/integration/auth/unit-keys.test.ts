import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { checkReadiness } from "#results/readiness.ts";
import { openDatabases } from "#store/database.ts";
import { ADMIN_KEY, type Answer, call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { runSchedule } from "#test/support/erasures.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";
import worker from "../../../src/limited.ts";

const OLD = env.BAKEOFF_UNIT_KEY;
const NEW = "a-new-secret-of-many-characters-0001";

/** The installation after its secret was changed: with the old one beside it, or without. */
const ROTATED: Env = { ...env, BAKEOFF_UNIT_KEY: NEW };
Reflect.set(ROTATED, "BAKEOFF_FORMER_UNIT_KEYS", OLD);
const LOST: Env = { ...env, BAKEOFF_UNIT_KEY: NEW };

const OLD_ID = unitHashesOf(env).currentId;

let logged: MockInstance<typeof console.error>;

beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => {});
});

async function ask(environment: Env, method: string, path: string, body?: unknown) {
  const context = createExecutionContext();
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const request = new Request(`https://bakeoff.test${path}`, init);
  const response = await worker.fetch(request, environment, context);
  await waitOnExecutionContext(context);
  const answered: Answer["body"] = await response.json();
  return { status: response.status, body: answered };
}

function eventOf(experiment: string, id: string, unit = unitWith("one", [{ key: experiment }, "control"])) {
  const event = { id, experiment, unit, variant: "control", metrics: { task_success: 1 } };
  return { events: [event] };
}

async function unitsOf(key: string) {
  const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
  return analysis.units;
}

/** Stops all experiments whose units are hashed by a secret. */
async function stopAll(unitKeyId: string) {
  const { results } = await env.DB.prepare(
    "SELECT key FROM experiment WHERE unit_key_id = ? AND status = 'running'",
  )
    .bind(unitKeyId)
    .all<{ key: string }>();
  for (const { key } of results) await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
}

async function startRotated() {
  const { key } = await createExperiment({}, { start: false });
  expect((await ask(ROTATED, "POST", `/v1/experiments/${key}/start`)).status).toBe(200);
  return key;
}

describe("a unit secret that was changed", () => {
  it("leaves the units of running experiments what they are, and hashes those of new ones", async () => {
    const { key } = await createExperiment();
    await succeed("POST", "/v1/events", eventOf(key, "1"));
    expect((await ask(ROTATED, "POST", "/v1/events", eventOf(key, "2"))).body).toMatchObject({ accepted: 1 });
    expect((await ask(ROTATED, "POST", "/v1/events", eventOf(key, "1"))).body).toMatchObject({
      duplicates: 1,
    });
    expect(await unitsOf(key)).toBe(1);
    const later = await startRotated();
    await ask(ROTATED, "POST", "/v1/events", eventOf(later, "1", "somebody"));
    const unit = unitWith("one", [{ key: later }, "control"]);
    await ask(ROTATED, "POST", "/v1/events", eventOf(later, "1", unit));
    await succeed("GET", `/v1/experiments/${later}/verify`);
    const [before, after] = [unitHashesOf(env).of(unit, null), unitHashesOf(LOST).of(unit, null)];
    const hashes = new Set((await readLoggedEntries(later)).map((entry) => entry.unit));
    expect(before).not.toBe(after);
    expect([hashes.has(before ?? ""), hashes.has(after ?? "")]).toEqual([false, true]);
  });

  it("refuses data whose secret is gone, counts nobody anew, says so, and goes on assigning", async () => {
    const { key, config } = await createExperiment();
    await succeed("POST", "/v1/events", eventOf(key, "1"));
    const refused = await ask(LOST, "POST", "/v1/events", eventOf(key, "2"));
    expect(refused.body.rejected ?? refused.body.errors).toMatchObject([{ code: "unit_key_missing" }]);
    const exposure = { experiment: key, unit: unitWith("two", [{ key }, "control"]), variant: "control" };
    const report = await ask(LOST, "POST", "/v1/exposures", { exposures: [exposure] });
    expect(report.body.rejected ?? report.body.errors).toMatchObject([{ code: "unit_key_missing" }]);
    const assigned = await ask(LOST, "POST", "/v1/assign", { config, unit: "three" });
    expect(assigned).toMatchObject({ status: 200, body: { experiment: key } });
    expect(await unitsOf(key)).toBe(1);
    const ready = await checkReadiness(
      openDatabases(env),
      async () => ({ ok: true, value: { stale: false } }),
      unitHashesOf(LOST),
      Date.now(),
    );
    expect(ready.checks.unitKeys).toEqual({
      ok: false,
      detail: expect.stringContaining("BAKEOFF_FORMER_UNIT_KEYS"),
    });
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringContaining("secret"), experiment: key }),
    );
  });

  it("keeps apart what cannot be joined: interactions, and covariates from an earlier experiment", async () => {
    const [{ key }, later] = [await createExperiment(), await startRotated()];
    expect((await ask(ROTATED, "GET", `/v1/experiments/${key}/interactions/${later}`)).body.code).toBe(
      "different_unit_keys",
    );
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    const informed = await createExperiment({ covariateSource: key }, { start: false });
    const refused = await ask(ROTATED, "POST", `/v1/experiments/${informed.key}/start`);
    expect(refused.body.errors).toMatchObject([{ path: "/covariateSource", code: "no_covariate_source" }]);
    await succeed("POST", `/v1/experiments/${informed.key}/start`);
  });

  it("erases nothing while the secret of an experiment is missing that takes data, or secrets cannot be read", async () => {
    const { key } = await createExperiment();
    const lost = await ask(LOST, "POST", "/v1/erasures", { unit: "somebody" });
    expect(lost).toMatchObject({ status: 503, body: { code: "temporarily_unavailable" } });
    await stopAll(OLD_ID);
    const unreadable: Env = { ...LOST };
    Reflect.set(unreadable, "BAKEOFF_FORMER_UNIT_KEYS", "short");
    expect((await ask(unreadable, "POST", "/v1/erasures", { unit: "somebody" })).status).toBe(503);
    const { erasures } = await succeed("GET", "/v1/erasures");
    expect([erasures, (await succeed("GET", `/v1/experiments/${key}`)).status]).toEqual([[], "stopped"]);
  });

  it("erases a unit by every secret that is there, and tells of how many ended experiments have none", async () => {
    const { key } = await createExperiment();
    const later = await startRotated();
    const unit = unitWith("gone", [{ key }, "control"], [{ key: later }, "control"]);
    for (const experiment of [key, later])
      await ask(ROTATED, "POST", "/v1/events", eventOf(experiment, "1", unit));
    await stopAll(OLD_ID);
    const lost = await ask(LOST, "POST", "/v1/erasures", { unit });
    expect(lost.body.unlinkableExperiments).toBeGreaterThan(0);
    await vi.waitFor(async () => {
      await runSchedule(LOST);
      expect(await unitsOf(later)).toBe(0);
    });
    expect(await unitsOf(key)).toBe(1);
    const all = await ask(ROTATED, "POST", "/v1/erasures", { unit });
    expect(all.body.unlinkableExperiments).toBe(0);
    await vi.waitFor(async () => {
      await runSchedule();
      expect(await unitsOf(key)).toBe(0);
    });
  });

  it("is told apart from the one before also for experiments that started before that was noted", async () => {
    const { key } = await createExperiment();
    const idOf = async () => (await succeed("GET", `/v1/experiments/${key}`)).unitKeyId;
    const id = await idOf();
    await env.DB.prepare("UPDATE experiment SET unit_key_id = NULL WHERE key = ?").bind(key).run();
    const unreadable: Env = { ...ROTATED };
    Reflect.set(unreadable, "BAKEOFF_FORMER_UNIT_KEYS", "short");
    await runSchedule(unreadable);
    expect(await idOf()).toBeNull();
    await runSchedule(ROTATED);
    expect(await idOf()).toBe(id);
    expect(unitHashesOf(env).currentId).toBe(id);
  });
});

describe("POST /v1/units/hash", () => {
  it("gives the hashes that logged events have, under the key of their experiment", async () => {
    const { key } = await createExperiment();
    const unit = unitWith("one", [{ key }, "control"]);
    await succeed("POST", "/v1/events", eventOf(key, "1", unit));
    const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
    const body = { units: ["somebody else", unit], experiment: key };
    for (const environment of [env, ROTATED]) {
      const { body: answered } = await ask(environment, "POST", "/v1/units/hash", body);
      expect(answered.unitKeyId).toBe(OLD_ID);
      expect(answered.hashes[1]).toBe(events[0].unit);
      expect(answered.hashes[0]).not.toBe(answered.hashes[1]);
    }
    const present = await ask(ROTATED, "POST", "/v1/units/hash", { units: [unit] });
    expect(present.body.unitKeyId).not.toBe(OLD_ID);
    expect(present.body.hashes).not.toContain(events[0].unit);
    expect((await ask(LOST, "POST", "/v1/units/hash", body)).status).toBe(503);
    expect((await ask(env, "POST", "/v1/units/hash", { ...body, experiment: "nothing" })).status).toBe(404);
    expect((await ask(env, "POST", "/v1/units/hash", { units: ["null"] })).status).toBe(422);
  });

  it("is for server keys, and not for those that stand in pages", async () => {
    for (const [scope, status] of [
      ["server", 200],
      ["read", 403],
      ["client", 403],
    ] as const) {
      const { secret } = await succeed("POST", "/v1/keys", { name: `hash ${scope}`, scope });
      expect((await call("POST", "/v1/units/hash", { units: ["one"] }, { key: secret })).status).toBe(status);
    }
  });
});
