import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { evaluate } from "#results/evaluate.ts";
import { claimLook } from "#store/claim-look.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { quarantineApiKey } from "#store/keys.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

type Counts = [successes: number, errors: number, units: number];

function arms(control: Counts, treatment: Counts) {
  const arm = ([successes, errors, units]: Counts) => ({
    task_success: momentsOfCounts(successes, units),
    error: momentsOfCounts(errors, units),
  });
  return totals({ control: arm(control), treatment: arm(treatment) });
}

/** Better by eight points, which is proven, while errors may yet be too many. */
const proven = arms([300, 50, 1_000], [380, 75, 1_000]);
/** Better by five points, which is not, with errors that are few enough. */
const safe = arms([360, 60, 1_200], [420, 66, 1_200]);
/** Better by ten points, which is proven, with errors that are few enough. */
const provenAndSafe = arms([360, 60, 1_200], [480, 66, 1_200]);

const HOUR = 3_600_000;

async function newExperiment(): Promise<{ key: string; startedAt: number }> {
  const { key } = await createExperiment({
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
    ],
    maximumUnits: 6_000,
  });
  return succeed("GET", `/v1/experiments/${key}`).then(({ startedAt }) => ({ key, startedAt }));
}

/** Claims a look as the schedule does. */
async function claim(key: string, now: number) {
  const database = openDatabase(env.DB);
  const before = await findExperiment(database, key);
  if (!before.ok) throw new Error(before.error.detail);
  const start = await claimLook(database, key, { analyzedAt: before.value.analyzedAt, runAt: now }, now);
  if (!start?.isClaimed) throw new Error("the look is not claimed");
  return start;
}

/** A look as the schedule takes it, at totals that are given. */
async function look(key: string, data: typeof proven, now: number) {
  const { experiment, previous } = await claim(key, now);
  const evaluation = evaluate(experiment, [data], now, { previous, liveVersion: 1 });
  await actOnDecision(openDatabase(env.DB), experiment, evaluation, "cron", []);
  return evaluation.snapshot.decision;
}

describe("a gain that an earlier look has proven", () => {
  it("is promoted when the guardrail is safe, and what it rests on is on record", async () => {
    const { key, startedAt } = await newExperiment();
    expect(await look(key, proven, startedAt + HOUR)).toMatchObject({
      action: "continue",
      reason: { code: "guardrail_unclear" },
    });
    const takenAt = startedAt + 2 * HOUR;
    expect(await look(key, safe, takenAt)).toMatchObject({ action: "promote", variant: "treatment" });
    const { status, conclusion } = await succeed("GET", `/v1/experiments/${key}`);
    expect(status).toBe("promoted");
    expect(conclusion.reason).toContain("as proven at 2,000 units");
    const replay = await succeed("POST", `/v1/experiments/${key}/decisions/${takenAt}/replay`, {});
    expect(replay).toMatchObject({ identical: true, differenceCount: 0, recomputed: { action: "promote" } });
    const results = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(results.standings).toMatchObject([{ variant: "treatment", verdict: "better" }]);
  });

  it("counts no more once the totals were counted anew without a key, or a stretch of time", async () => {
    const { id } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const recounts = [
      () => succeed("POST", `/v1/keys/${id}/quarantine`, { from: Date.now() - 1_000, reason: "leaked" }),
      (key: string) =>
        succeed("POST", `/v1/experiments/${key}/exclude`, {
          from: Date.now() - 2_000,
          until: Date.now() - 1_000,
          reason: "bad release",
        }),
    ];
    for (const recount of recounts) {
      const { key, startedAt } = await newExperiment();
      expect((await look(key, proven, startedAt + HOUR)).reason.code).toBe("guardrail_unclear");
      await recount(key);
      expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({
        rebuildPendingSince: null,
        recounts: 1,
      });
      expect(await look(key, safe, startedAt + 2 * HOUR)).toMatchObject({
        action: "continue",
        reason: { code: "undecided" },
      });
    }
  });

  it("counts no more once a look was cut off, for it may have seen what speaks against it", async () => {
    const { key, startedAt } = await newExperiment();
    expect((await look(key, proven, startedAt + HOUR)).reason.code).toBe("guardrail_unclear");
    await claim(key, startedAt + 1.5 * HOUR);
    expect(await look(key, safe, startedAt + 2 * HOUR)).toMatchObject({
      action: "continue",
      reason: { code: "undecided" },
    });
  });

  it("counts no more where the clock was ahead, also when it is there again", async () => {
    const { key, startedAt } = await newExperiment();
    expect((await look(key, proven, startedAt + 9 * HOUR)).reason.code).toBe("guardrail_unclear");
    for (const hours of [1, 2, 10])
      expect((await look(key, safe, startedAt + hours * HOUR)).reason.code).toBe("undecided");
  });
});

describe("a doubt in the data", () => {
  it("is kept also by looks after one that was taken while the clock was ahead", async () => {
    const { key, startedAt } = await newExperiment();
    await look(key, safe, startedAt + 9 * HOUR);
    const doubtful = { ...safe, multipleExposureUnits: 200 };
    for (const [data, hours] of [
      [doubtful, 1],
      [safe, 2],
      [safe, 10],
    ] as const) {
      const decision = await look(key, data, startedAt + hours * HOUR);
      expect(decision).toMatchObject({ action: "hold", reason: { code: "too_many_multiple_exposures" } });
    }
  });

  it("is kept where the look that has found it is damaged, and looks go on", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { key, startedAt } = await newExperiment();
    await look(key, { ...safe, multipleExposureUnits: 200 }, startedAt + HOUR);
    await env.DB.prepare("UPDATE snapshot SET analysis = '{}' WHERE experiment = ?").bind(key).run();
    expect(await look(key, safe, startedAt + 2 * HOUR)).toMatchObject({
      action: "hold",
      reason: { code: "too_many_multiple_exposures" },
    });
    await env.DB.batch([
      env.DB.prepare("UPDATE snapshot SET analysis = '{}' WHERE experiment = ?").bind(key),
      env.DB.prepare("UPDATE experiment SET doubts = NULL WHERE key = ?").bind(key),
    ]);
    await expect(look(key, safe, startedAt + 3 * HOUR)).rejects.toThrow();
    vi.restoreAllMocks();
  });
});

describe("a look that is under way while a key is quarantined", () => {
  it("promotes nothing, also before anything is counted anew: it has counted what came by the key", async () => {
    const { key, startedAt } = await newExperiment();
    const now = startedAt + HOUR;
    const { experiment } = await claim(key, now);
    const evaluation = evaluate(experiment, [provenAndSafe], now, { liveVersion: 1 });
    expect(evaluation.snapshot.decision.action).toBe("promote");
    const { id } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const database = openDatabase(env.DB);
    await quarantineApiKey(database, id, now, [key], { actor: "admin", reason: "leaked", now });
    const acted = await actOnDecision(database, experiment, evaluation, "cron", []);
    expect(acted).toMatchObject({ ok: false, error: { code: "revision_conflict" } });
    expect((await succeed("GET", `/v1/experiments/${key}`)).status).toBe("running");
  });
});
