import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";
import worker from "../../../src/limited.ts";

async function load(key: string) {
  const found = await findExperiment(openDatabase(env.DB), key);
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

async function liveVersionOf(config: string): Promise<number> {
  return (await succeed("GET", `/v1/configs/${config}`)).liveVersion;
}

const arm = (successes: number) => ({ task_success: momentsOfCounts(successes, 1_000) });
const clearWinner = totals({ control: arm(300), treatment: arm(600) });
const clearLoser = totals({ control: arm(600), treatment: arm(300) });

/** Two experiments that share an AI config's traffic, both against its version 1. */
async function createNeighbors() {
  const config = uniqueKey("config");
  await createConfig(config);
  const keys: string[] = [];
  for (const [version, start] of [
    [2, 0],
    [3, 0.5],
  ] as const) {
    const key = uniqueKey("neighbor");
    await succeed("POST", "/v1/experiments", {
      key,
      config,
      kind: "model",
      variants: [
        { key: "control", version: 1, weight: 0.5 },
        { key: "treatment", version, weight: 0.5 },
      ],
      metrics: [{ metric: "task_success", role: "primary" }],
      promotion: null,
      minimumUnits: 20,
      minimumDurationSeconds: 0,
      namespace: { name: "layer", range: [start, start + 0.5] },
    });
    await succeed("POST", `/v1/experiments/${key}/start`);
    keys.push(key);
  }
  const [first = "", second = ""] = keys;
  return { config, first, second };
}

describe("what is live", () => {
  it("is what it was after a rollback, though the control is another version", async () => {
    const { key, config } = await createExperiment({ control: "treatment" }, { start: false });
    const refused = await call("POST", `/v1/experiments/${key}/start`);
    expect(refused).toMatchObject({ status: 409, body: { code: "control_not_live" } });
    expect(refused.body.detail).toContain("version 2");
    await succeed("POST", `/v1/experiments/${key}/start`, { acceptControlNotLive: true });
    await succeed("POST", `/v1/experiments/${key}/rollback`);
    expect(await liveVersionOf(config)).toBe(1);
  });

  it("is not undone by another experiment's rollback", async () => {
    const { config, first, second } = await createNeighbors();
    const database = openDatabase(env.DB);
    const winning = await load(first);
    await actOnDecision(database, winning, evaluate(winning, [clearWinner], Date.now()), "cron");
    expect(await liveVersionOf(config)).toBe(2);
    const losing = await load(second);
    await actOnDecision(database, losing, evaluate(losing, [clearLoser], Date.now()), "cron");
    expect((await load(second)).status).toBe("rolled_back");
    expect(await liveVersionOf(config)).toBe(2);
  });

  it("is not replaced by a winner that was compared with something else, unless a person says so", async () => {
    const { config, first, second } = await createNeighbors();
    const database = openDatabase(env.DB);
    await succeed("POST", `/v1/experiments/${first}/promote`, { variant: "treatment" });
    const winning = await load(second);
    expect(winning.liveVersionAtStart).toBe(1);
    // Whoever does not know what is live is stopped when acting.
    const unaware = evaluate(winning, [clearWinner], Date.now());
    const acted = await actOnDecision(database, winning, unaware, "cron");
    expect(acted).toMatchObject({ ok: false, error: { code: "live_version_changed" } });
    const aware = evaluate(winning, [clearWinner], Date.now() + 1, { liveVersion: 2 });
    expect(aware.snapshot.decision).toMatchObject({
      action: "hold",
      reason: { code: "live_version_changed" },
    });
    await actOnDecision(database, winning, aware, "cron");
    expect((await load(second)).status).toBe("running");
    const { attention } = await succeed("GET", "/v1/overview");
    expect(attention.find(({ experiment }: { experiment: string }) => experiment === second)).toMatchObject({
      kind: "on_hold",
      message: expect.stringContaining("version 2 is live by now"),
    });
    const path = `/v1/experiments/${second}/promote`;
    expect((await call("POST", path, { variant: "treatment" })).body.code).toBe("live_version_changed");
    await succeed("POST", path, { variant: "treatment", acceptLiveVersionChanged: true });
    expect(await liveVersionOf(config)).toBe(3);
  });
});

describe("data in doubt", () => {
  it("are accepted by a person who says why, and not otherwise", async () => {
    const { key, config } = await createExperiment();
    const path = `/v1/experiments/${key}/accept-data`;
    expect((await call("POST", path, { reason: "" })).status).toBe(422);
    expect((await call("POST", path, { reason: "fine" })).body.code).toBe("nothing_to_accept");
    // Only the treatment's units report, so the split looks broken.
    const exposures: { experiment: string; unit: string; variant: string }[] = [];
    for (let first = 0; first < 300; first += 100) {
      const units = Array.from({ length: 100 }, (_, index) => `user-${first + index}`);
      const requests = units.map((unit) => ({ config, unit, expose: false }));
      const { assignments } = await succeed("POST", "/v1/assign", { requests });
      for (const [index, unit] of units.entries()) {
        const { variant } = assignments[index];
        if (variant === "treatment") exposures.push({ experiment: key, unit, variant });
      }
    }
    await succeed("POST", "/v1/exposures", { exposures: exposures.slice(0, 90) });
    await succeed("POST", "/v1/exposures", { exposures: exposures.slice(90) });
    const held = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(held.analysis.dataDoubts).toEqual(["sample_ratio_mismatch"]);
    await succeed("POST", path, { reason: "The control's reports were lost until noon." });
    const { acceptances } = await succeed("GET", `/v1/experiments/${key}`);
    expect(acceptances).toMatchObject([{ actor: "key:admin", units: [[0, exposures.length]] }]);
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis.dataDoubts).toEqual([]);
    const { entries } = await succeed(
      "GET",
      `/v1/audit?subject=experiment:${key}&action=experiment.accept_data`,
    );
    expect(entries).toMatchObject([{ reason: "The control's reports were lost until noon." }]);
  });

  it("are accepted where only units that may be lost keep a winner waiting", async () => {
    const { key } = await createExperiment({ plannedUnits: 400, maximumUnits: 1_000 });
    // Nobody has recorded an exposure. Four in ten of control's units succeed, and six in ten of the treatment's.
    for (const [variant, successes] of [
      ["control", 80],
      ["treatment", 120],
    ] as const) {
      const events = Array.from({ length: 200 }, (_, index) => ({
        id: `${variant}-${index}`,
        experiment: key,
        variant,
        unit: unitWith(`${variant}-${index}`, [{ key }, variant]),
        metrics: { task_success: index < successes },
      }));
      await succeed("POST", "/v1/events", { events });
    }
    const results = () => succeed("GET", `/v1/experiments/${key}/results`);
    const waiting = await results();
    expect(waiting.analysis.dataDoubts).toEqual([]);
    expect(waiting.decision.reason.code).toBe("lost_units_could_explain");
    await succeed("POST", `/v1/experiments/${key}/accept-data`, { reason: "Every answer is logged." });
    expect((await results()).decision).toMatchObject({ action: "promote", variant: "treatment" });
  });
});

describe("a look that fails", () => {
  it("is repeated a minute later, however long the interval", async () => {
    const { key } = await createExperiment({ analysisIntervalSeconds: 86_400 });
    const broken = {
      ...env,
      AGGREGATOR: new Proxy(env.AGGREGATOR, {
        get() {
          return () => {
            throw new Error("the aggregator cannot be reached");
          };
        },
      }),
    };
    const run = (environment: Env, scheduledTime: number) =>
      worker.scheduled({ scheduledTime, cron: "* * * * *", noRetry() {} }, environment);
    const looks = async () => (await succeed("GET", `/v1/experiments/${key}/snapshots`)).snapshots.length;
    const start = Date.now();
    await run(broken, start);
    expect(await looks()).toBe(0);
    await run(env, start + 60_000);
    expect(await looks()).toBe(1);
    await run(env, start + 120_000);
    expect(await looks()).toBe(1);
  });

  it("of a clock that was ahead keeps no later one from being taken", async () => {
    const { key } = await createExperiment({ analysisIntervalSeconds: 300 });
    const run = (scheduledTime: number) =>
      worker.scheduled({ scheduledTime, cron: "* * * * *", noRetry() {} }, env);
    const looks = async () => (await succeed("GET", `/v1/experiments/${key}/snapshots`)).snapshots.length;
    const start = Date.now();
    await run(start + 86_400_000);
    await run(start);
    expect(await looks()).toBe(2);
    await run(start + 60_000);
    expect(await looks()).toBe(2);
    await run(start + 300_000);
    expect(await looks()).toBe(3);
  });
});
