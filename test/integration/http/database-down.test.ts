import {
  createExecutionContext,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { assignIn } from "#assigner/assign.ts";
import { RulesetCache } from "#ruleset/edge-cache.ts";
import { killSwitchOf } from "#ruleset/kill-switch.ts";
import { findParts } from "#ruleset/load-parts.ts";
import type { RulesetNames } from "#ruleset/lookup.ts";
import { ADMIN_KEY, createExperiment, succeed } from "#test/support/api-client.ts";
import { silentDatabase } from "#test/support/failing-database.ts";
import worker from "../../../src/limited.ts";

const down = (): never => {
  throw new Error("D1_ERROR: the database is down");
};

/** Every edge must serve control within this time after a breach. */
const LIMIT_MILLISECONDS = 15_000;

/** Whether writes of one table fail, or all of D1 does, at once or without ever answering. */
type Fault = "everything" | "silence" | "snapshots" | "writes";

function databaseWith(fault: Fault): D1Database {
  if (fault === "everything") return new Proxy(env.DB, { get: () => down });
  if (fault === "silence") return silentDatabase(env.DB);
  const isBroken = (sql: string) =>
    fault === "writes" ? /^\s*(insert|update|delete)/i.test(sql) : /insert into "snapshot"/i.test(sql);
  return new Proxy(env.DB, {
    get(database, name) {
      if (name === "prepare") return (sql: string) => (isBroken(sql) ? down() : database.prepare(sql));
      const value: unknown = Reflect.get(database, name);
      return typeof value === "function" ? value.bind(database) : value;
    },
  });
}

/** Runs an alarm of one of the experiment's aggregators, with its database as it is or broken. */
async function runAlarm(key: string, fault?: Fault, shard = 0): Promise<void> {
  const stub = env.AGGREGATOR.getByName(`${key}/${shard}`);
  await runInDurableObject(stub, (instance) => {
    Reflect.set(instance, "env", fault ? { ...env, DB: databaseWith(fault) } : env);
  });
  await runDurableObjectAlarm(stub);
}

async function post(path: string, body: unknown, environment: Env): Promise<unknown> {
  const request = new Request(`https://bakeoff.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_KEY}` },
    body: JSON.stringify(body),
  });
  const context = createExecutionContext();
  const response = await worker.fetch(request, environment, context);
  await waitOnExecutionContext(context);
  expect(response.status).toBe(200);
  return response.json();
}

const units = Array.from({ length: 100 }, (_, index) => `user-${index}`);

interface Answers {
  assignments: { variant: string | null; version: number; reason: string }[];
}

async function assignAll(config: string, environment: Env): Promise<Answers["assignments"]> {
  const requests = units.map((unit) => ({ config, unit }));
  const answer = (await post("/v1/assign", { requests }, environment)) as Answers;
  return answer.assignments;
}

/** A running experiment whose aggregator has seen its units, and the outcomes that harm its treatment's users. */
async function prepareBreach(overrides: Record<string, unknown> = {}) {
  const { key, config } = await createExperiment({
    ...overrides,
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
    ],
  });
  const assignments = await assignAll(config, env);
  expect(new Set(assignments.map(({ version }) => version))).toEqual(new Set([1, 2]));
  const events = units.map((unit, index) => ({
    id: `event-${index}`,
    experiment: key,
    unit,
    variant: assignments[index]?.variant,
    metrics: { task_success: 1, toxic: assignments[index]?.variant === "treatment" },
  }));
  return { key, config, events };
}

/** The aggregator tries again by itself; its database has come back. */
async function untilRolledBack(key: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await runAlarm(key);
      expect((await succeed("GET", `/v1/experiments/${key}`)).status).toBe("rolled_back");
    },
    { timeout: LIMIT_MILLISECONDS, interval: 200 },
  );
}

/** Lets an edge take into its memory what it is going to be asked for. */
async function hold(cache: RulesetCache, names: RulesetNames, now: number): Promise<void> {
  const context = { waitUntil() {} };
  const current = await cache.current({ DB: env.DB, KILL_SWITCH: env.KILL_SWITCH }, context, now);
  if (!current.ok) throw new Error(current.error.detail);
  await findParts(current.value.ruleset, names, env.DB, context, now);
}

describe("while the database is down", () => {
  it("edges serve control within 15 seconds of a breach, and the books agree afterwards", async () => {
    const { key, config, events } = await prepareBreach();
    await runAlarm(key);
    const broken = { ...env, DB: databaseWith("everything") };
    const breachedAt = Date.now();
    await post("/v1/events", { events }, broken);
    await runAlarm(key, "everything");
    await vi.waitFor(
      async () => {
        const assignments = await assignAll(config, broken);
        expect(assignments.every(({ version }) => version === 1)).toBe(true);
        expect(assignments.some(({ reason }) => reason === "DISABLED")).toBe(true);
      },
      { timeout: LIMIT_MILLISECONDS, interval: 200 },
    );
    expect(Date.now() - breachedAt).toBeLessThan(LIMIT_MILLISECONDS);
    expect((await succeed("GET", `/v1/experiments/${key}`)).status).toBe("running");

    await untilRolledBack(key);
    const after = await succeed("GET", `/v1/experiments/${key}`);
    expect(after).toMatchObject({ status: "rolled_back", conclusion: { actor: "guardrail" } });
    expect(after.conclusion.at).toBeGreaterThanOrEqual(breachedAt);
    expect((await succeed("GET", `/v1/configs/${config}`)).liveVersion).toBe(1);
    const { decisions } = await succeed("GET", `/v1/experiments/${key}/decisions`);
    const { takenAt } = decisions[0];
    const replay = await succeed("POST", `/v1/experiments/${key}/decisions/${takenAt}/replay`, {});
    expect(replay).toMatchObject({ identical: true, record: { content: { action: "rollback" } } });
    expect(decisions[0]).toMatchObject({
      takenAt: after.conclusion.at,
      decision: { action: "rollback", reason: { code: "guardrail_harmed" } },
    });
    const { entries } = await succeed(
      "GET",
      `/v1/audit?subject=experiment:${key}&action=experiment.rollback`,
    );
    expect(entries).toMatchObject([{ actor: "guardrail", at: after.conclusion.at }]);
    await runAlarm(key);
    expect((await succeed("GET", `/v1/experiments/${key}/verify`)).agrees).toBe(true);

    const isWithheld = async () =>
      (await killSwitchOf(env.KILL_SWITCH).withheld()).some(({ experiment }) => experiment === key);
    expect(await isWithheld()).toBe(true);
    const scheduledTime = Date.now() + 61_000;
    await worker.scheduled({ scheduledTime, cron: "* * * * *", noRetry() {} }, env);
    expect(await isWithheld()).toBe(false);
  }, 60_000);

  it.each(["everything", "silence"] as const)(
    "every edge serves control within 15 seconds, whatever it knew before, and several aggregators' books agree afterwards (%s fails)",
    async (fault) => {
      const { key, config, events } = await prepareBreach({ shards: 2 });
      const context = { waitUntil() {} };
      const healthy = { DB: env.DB, KILL_SWITCH: env.KILL_SWITCH };
      const broken = { DB: databaseWith(fault), KILL_SWITCH: env.KILL_SWITCH };
      const idle = new RulesetCache();
      const busy = new RulesetCache();
      const reached = new RulesetCache();
      const began = Date.now();
      for (const cache of [idle, busy, reached]) await hold(cache, { configs: [config] }, began);
      for (const shard of [0, 1]) await runAlarm(key, undefined, shard);
      const servesControl = async (cache: RulesetCache, sources: typeof healthy) => {
        const current = await cache.current(sources, context, Date.now());
        const prepared = current.ok && current.value.ruleset.parts.config(config);
        if (!prepared) throw new Error("the AI config is not in memory");
        const answers = units.map((unit) => assignIn(prepared, unit));
        return answers.every((answer) => answer.ok && answer.assignment.version === 1);
      };
      expect(await servesControl(busy, broken)).toBe(false);

      const breachedAt = Date.now();
      await post("/v1/events", { events }, env);
      const alarms = Promise.all([0, 1].map((shard) => runAlarm(key, fault, shard)));
      const untilControl = (cache: RulesetCache, sources: typeof healthy) =>
        vi.waitFor(async () => expect(await servesControl(cache, sources)).toBe(true), {
          timeout: LIMIT_MILLISECONDS,
          interval: 200,
        });
      await Promise.all([
        // One that asks all the time, one whose D1 still answers that the experiment runs.
        untilControl(busy, broken),
        untilControl(reached, healthy),
      ]);
      // One that nobody has asked since.
      await untilControl(idle, broken);
      expect(Date.now() - breachedAt).toBeLessThan(LIMIT_MILLISECONDS);
      await alarms;
      // One that begins now knows nothing, and gives nobody a treatment.
      expect(await new RulesetCache().current(broken, context, Date.now())).toMatchObject({
        error: { code: "temporarily_unavailable" },
      });
      expect((await succeed("GET", `/v1/experiments/${key}`)).status).toBe("running");

      // What arrives meanwhile is durable, and is in the books later.
      const more = events.map((event) => ({ ...event, id: `again-${event.id}` }));
      await post("/v1/events", { events: more }, env);
      await untilRolledBack(key);
      for (const shard of [0, 1]) await runAlarm(key, undefined, shard);
      const { entries } = await succeed("GET", `/v1/audit?subject=experiment:${key}`);
      const acts = entries.map(({ action }: { action: string }) => action);
      expect(acts.filter((action: string) => action === "experiment.rollback")).toHaveLength(1);
      const { decisions } = await succeed("GET", `/v1/experiments/${key}/decisions`);
      const rollbacks = decisions.filter(
        (one: { decision: { action: string } }) => one.decision.action === "rollback",
      );
      expect(rollbacks).toHaveLength(1);
      // A write that was never answered is given up after ten seconds.
      await vi.waitFor(
        async () =>
          expect(await succeed("GET", `/v1/experiments/${key}/verify`)).toMatchObject({
            agrees: true,
            units: 100,
            events: 200,
          }),
        { timeout: LIMIT_MILLISECONDS, interval: 200 },
      );
    },
    60_000,
  );

  it("an edge that stays cut off serves control after the entry is released", async () => {
    const { key } = await prepareBreach();
    const cache = new RulesetCache();
    const context = { waitUntil() {} };
    const broken = { DB: databaseWith("everything"), KILL_SWITCH: env.KILL_SWITCH };
    let now = Date.now();
    const switchedOff = async (sources: Parameters<RulesetCache["current"]>[0]) => {
      now += 10_000;
      const current = await cache.current(sources, context, now);
      if (!current.ok) throw new Error(current.error.detail);
      return current.value.ruleset.parts.experiment(key)?.switchedOff ?? [];
    };
    await hold(cache, { experiments: [key] }, now);
    expect(await switchedOff({ DB: env.DB, KILL_SWITCH: env.KILL_SWITCH })).toEqual([]);
    const killSwitch = killSwitchOf(env.KILL_SWITCH);
    await killSwitch.withhold(key, ["treatment"], now);
    expect(await switchedOff(broken)).toEqual(["treatment"]);
    await killSwitch.release([{ experiment: key, variant: "treatment" }]);
    expect(await switchedOff(broken)).toEqual(["treatment"]);
    // A newer ruleset is the database's own word.
    await succeed("POST", `/v1/experiments/${key}/pause`);
    expect(await switchedOff({ DB: env.DB, KILL_SWITCH: env.KILL_SWITCH })).toEqual([]);
  });

  it("edges serve control where only writing fails, though their ruleset is fresh", async () => {
    const { key, config, events } = await prepareBreach();
    await runAlarm(key);
    await post("/v1/events", { events }, env);
    await runAlarm(key, "writes");
    await vi.waitFor(
      async () => expect((await assignAll(config, env)).every(({ version }) => version === 1)).toBe(true),
      { timeout: LIMIT_MILLISECONDS, interval: 200 },
    );
    expect((await succeed("GET", `/v1/experiments/${key}`)).status).toBe("running");
    await untilRolledBack(key);
  }, 60_000);

  it("a decision is carried out though its analysis cannot be stored", async () => {
    const { key, events } = await prepareBreach();
    await post("/v1/events", { events }, env);
    await runAlarm(key, "snapshots");
    expect((await succeed("GET", `/v1/experiments/${key}`)).status).toBe("rolled_back");
    const { decisions } = await succeed("GET", `/v1/experiments/${key}/decisions`);
    expect(decisions[0]).toMatchObject({ decision: { action: "rollback" } });
    expect((await succeed("GET", `/v1/experiments/${key}/snapshots`)).snapshots).toEqual([]);
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).conclusion.action).toBe("rollback");
  });
});
