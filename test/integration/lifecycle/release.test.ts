import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";

const MINUTE = 60_000;
const UNITS = Array.from({ length: 400 }, (_, index) => `user-${index}`);
const PLAN = { stages: [60, 100], stageMinutes: 1, holdback: 0.2, watchHours: 1 };
const GUARDED = [
  { metric: "task_success", role: "primary" },
  { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.3 } },
];

interface Served {
  experiment: string | null;
  variant: string | null;
  version: number;
}

async function assignAll(config: string): Promise<Map<string, Served>> {
  const served = new Map<string, Served>();
  for (let start = 0; start < UNITS.length; start += 100) {
    const batch = UNITS.slice(start, start + 100);
    const reply = await succeed("POST", "/v1/assign", { requests: batch.map((unit) => ({ config, unit })) });
    for (const [index, unit] of batch.entries()) served.set(unit, reply.assignments[index]);
  }
  return served;
}

/** Assigns until edges serve what is wanted; no older answer is served for long. */
async function assignedBy(config: string, experiment: string | null): Promise<Map<string, Served>> {
  return vi.waitFor(
    async () => {
      const served = await assignAll(config);
      expect([...served.values()].every((one) => one.experiment === experiment)).toBe(true);
      return served;
    },
    { timeout: 20_000, interval: 200 },
  );
}

/** Logs one outcome of every unit, once their exposures have been counted. */
async function logOutcomes(
  experiment: string,
  served: ReadonlyMap<string, Served>,
  metricsOf: (version: number, index: number) => Record<string, unknown>,
): Promise<void> {
  await vi.waitFor(
    async () =>
      expect((await succeed("GET", `/v1/experiments/${experiment}/results`)).analysis.units).toBe(
        UNITS.length,
      ),
    { timeout: 15_000, interval: 50 },
  );
  const events = [...served].map(([unit, { variant, version }], index) => ({
    id: `${experiment}-${unit}`,
    experiment,
    unit,
    variant,
    metrics: metricsOf(version, index),
  }));
  const receipt = await succeed("POST", "/v1/events", { events });
  expect(receipt).toMatchObject({ accepted: events.length, rejected: [] });
}

const alike = (_version: number, index: number) => ({ task_success: index % 10 < 7, toxic: false });
const better = (version: number, index: number) => ({
  task_success: version === 2 ? index % 10 < 8 : index % 10 < 3,
  toxic: false,
});
const harmful = (version: number, index: number) => ({
  task_success: index % 10 < 7,
  toxic: version === 2,
});

const find = (key: string) => succeed("GET", `/v1/experiments/${key}`);

async function promoteByStages(): Promise<{ key: string; config: string; before: Map<string, Served> }> {
  const { key, config } = await createExperiment({ metrics: GUARDED, promotion: PLAN });
  const before = await assignAll(config);
  await logOutcomes(key, before, better);
  await analyzeDueExperiments(env, Date.now());
  expect(await find(key)).toMatchObject({
    status: "promoted",
    conclusion: { action: "promote", variant: "treatment", successor: `${key}-release` },
  });
  return { key, config, before };
}

function expectNobodyMovedBack(
  before: ReadonlyMap<string, Served>,
  after: ReadonlyMap<string, Served>,
): void {
  for (const [unit, { version }] of before) if (version === 2) expect(after.get(unit)?.version).toBe(2);
}

const shareOf = (served: ReadonlyMap<string, Served>) =>
  [...served.values()].filter(({ version }) => version === 2).length / served.size;

describe("a release", () => {
  it("gives a winner to more units stage by stage, and makes it live after the watch", async () => {
    const { key, config, before } = await promoteByStages();
    const first = `${key}-release`;
    expect((await succeed("GET", `/v1/configs/${config}`)).liveVersion).toBe(1);
    const inFirst = await assignedBy(config, first);
    expectNobodyMovedBack(before, inFirst);
    expect(Math.abs(shareOf(inFirst) - 0.6)).toBeLessThan(0.1);
    await logOutcomes(first, inFirst, alike);
    const { startedAt } = await find(first);
    await analyzeDueExperiments(env, startedAt + 30_000);
    expect((await find(first)).status).toBe("running");
    await analyzeDueExperiments(env, startedAt + 2 * MINUTE);
    expect(await find(first)).toMatchObject({
      status: "stopped",
      conclusion: { action: "advance", successor: `${first}-2`, actor: "cron" },
    });

    const last = `${first}-2`;
    const inLast = await assignedBy(config, last);
    expectNobodyMovedBack(inFirst, inLast);
    expect(Math.abs(shareOf(inLast) - 0.8)).toBeLessThan(0.1);
    // What is held back has never had the new version.
    for (const [unit, { version }] of inLast) if (version === 1) expect(before.get(unit)?.version).toBe(1);
    await logOutcomes(last, inLast, alike);
    const stage = await find(last);
    expect(stage.spec).toMatchObject({
      name: `Release of treatment, stage 2 of 2: ${config}`,
      alpha: 0.025,
      release: { stage: 1, origin: key, previousVersion: 1 },
    });
    await analyzeDueExperiments(env, stage.startedAt + 59 * MINUTE);
    expect((await find(last)).status).toBe("running");
    await analyzeDueExperiments(env, stage.startedAt + 61 * MINUTE);
    expect(await find(last)).toMatchObject({
      status: "promoted",
      conclusion: { action: "promote", actor: "cron" },
    });
    expect((await succeed("GET", `/v1/configs/${config}`)).liveVersion).toBe(2);
    const decisions = (await succeed("GET", `/v1/experiments/${last}/decisions`)).decisions;
    expect(decisions[0].summary).toMatch(/^Released to everybody: with 80% of the units/);
    expect((await succeed("GET", `/v1/experiments/${last}/verify`)).agrees).toBe(true);
  });

  it("returns to the previous version within one alarm when a stage does harm", async () => {
    const { key, config } = await promoteByStages();
    const first = `${key}-release`;
    await logOutcomes(first, await assignedBy(config, first), harmful);
    await runDurableObjectAlarm(env.AGGREGATOR.getByName(`${first}/0`));
    expect(await find(first)).toMatchObject({
      status: "rolled_back",
      conclusion: { action: "rollback", actor: "guardrail" },
    });
    const after = await assignedBy(config, null);
    expect(new Set([...after.values()].map(({ version }) => version))).toEqual(new Set([1]));
    expect((await succeed("GET", `/v1/configs/${config}`)).liveVersion).toBe(1);
  });

  it("waits in a stage that too few units have seen, whatever the time", async () => {
    const { key } = await promoteByStages();
    const first = `${key}-release`;
    const { startedAt } = await find(first);
    await analyzeDueExperiments(env, startedAt + 5 * MINUTE);
    expect((await find(first)).status).toBe("running");
    const [decision] = (await succeed("GET", `/v1/experiments/${first}/decisions`)).decisions;
    expect(decision.decision).toMatchObject({ action: "continue", reason: { code: "too_few_units" } });
  });

  it("can be advanced and completed by a person, and a winner promoted at once", async () => {
    const { key, config } = await promoteByStages();
    const first = `${key}-release`;
    const advanced = await succeed("POST", `/v1/experiments/${first}/advance`, { reason: "quiet enough" });
    expect(advanced.conclusion).toMatchObject({ action: "advance", successor: `${first}-2` });
    expect((await call("POST", `/v1/experiments/${first}-2/advance`)).status).toBe(409);
    await succeed("POST", `/v1/experiments/${first}-2/promote`, { variant: "treatment" });
    expect((await succeed("GET", `/v1/configs/${config}`)).liveVersion).toBe(2);

    const other = await createExperiment({ promotion: PLAN });
    await succeed("POST", `/v1/experiments/${other.key}/promote`, { variant: "treatment", atOnce: true });
    expect((await succeed("GET", `/v1/configs/${other.config}`)).liveVersion).toBe(2);
    expect((await call("POST", `/v1/experiments/${other.key}/advance`)).status).toBe(409);
  });

  it("keeps the version that it would return to live, whoever wants another one meanwhile", async () => {
    const { config } = await promoteByStages();
    const reply = await call("PUT", `/v1/configs/${config}/live`, { version: 3 });
    expect(reply.body.code).toBe("config_busy");
  });
});

describe("two winners on one AI config", () => {
  it("are released one after the other", async () => {
    const ranges = [
      [0, 0.5],
      [0.5, 1],
    ];
    const one = await createExperiment({ promotion: PLAN, namespace: { name: "halves", range: ranges[0] } });
    const other = await createExperiment({
      config: one.config,
      promotion: PLAN,
      namespace: { name: "halves", range: ranges[1] },
    });
    await succeed("POST", `/v1/experiments/${one.key}/promote`, { variant: "treatment" });
    const refused = await call("POST", `/v1/experiments/${other.key}/promote`, { variant: "treatment" });
    expect(refused.body).toMatchObject({ status: 409, code: "config_busy" });
    await succeed("POST", `/v1/experiments/${one.key}-release/stop`);
    await succeed("POST", `/v1/experiments/${other.key}/promote`, { variant: "treatment" });
    expect((await find(`${other.key}-release`)).status).toBe("running");
  });
});

describe("a release without an experiment", () => {
  it("serves a version by stages and reverts it when it does harm", async () => {
    const config = uniqueKey("config");
    await createConfig(config);
    const stage = await succeed("POST", `/v1/configs/${config}/releases`, {
      version: 2,
      metrics: GUARDED,
      plan: PLAN,
      reason: "the provider retires the old model",
    });
    const { key } = stage.spec;
    expect(stage).toMatchObject({
      status: "running",
      spec: { release: { origin: null, stage: 0 }, control: "previous" },
    });
    const served = await assignedBy(config, key);
    expect(Math.abs(shareOf(served) - 0.6)).toBeLessThan(0.1);
    await logOutcomes(key, served, harmful);
    await runDurableObjectAlarm(env.AGGREGATOR.getByName(`${key}/0`));
    expect((await find(key)).status).toBe("rolled_back");
    const again = await succeed("POST", `/v1/configs/${config}/releases`, { version: 2, metrics: GUARDED });
    expect(again.spec.key).toBe(`${key}-2`);
  });

  it("is refused where nothing would be watched, nothing changes, or an experiment runs", async () => {
    const config = uniqueKey("config");
    await createConfig(config);
    const post = (body: Record<string, unknown>) => call("POST", `/v1/configs/${config}/releases`, body);
    const plan = { stages: [100], holdback: 0 };
    expect((await post({ version: 2, metrics: GUARDED, plan })).body.errors).toMatchObject([
      { code: "no_stage" },
    ]);
    expect((await post({ version: 1, metrics: GUARDED })).body.errors).toMatchObject([
      { code: "already_live" },
    ]);
    expect((await post({ version: 9, metrics: GUARDED })).body.errors).toMatchObject([
      { code: "unknown_version" },
    ]);
    expect((await post({ version: 2, metrics: [] })).status).toBe(422);
    expect((await post({ version: 2, metrics: GUARDED, plan: { stages: [50, 20, 100] } })).status).toBe(422);
    expect(
      (await call("POST", "/v1/configs/nothing/releases", { version: 2, metrics: GUARDED })).status,
    ).toBe(404);
    await succeed("POST", `/v1/configs/${config}/releases`, { version: 2, metrics: GUARDED });
    expect((await post({ version: 2, metrics: GUARDED })).body.code).toBe("config_busy");
    const { experiments } = await succeed("GET", `/v1/experiments?config=${config}`);
    expect(experiments).toHaveLength(1);
  });
});
