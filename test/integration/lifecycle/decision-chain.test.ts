import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { chainRecordSchema } from "#model/analysis/chain-record.ts";
import { evaluate } from "#results/evaluate.ts";
import { canonicalJson } from "#shared/json.ts";
import { sha256 } from "#shared/sha-256.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

const clearWinner = totals({
  control: { task_success: momentsOfCounts(300, 1_000) },
  treatment: { task_success: momentsOfCounts(600, 1_000) },
});
const nothingYet = totals({
  control: { task_success: momentsOfCounts(3, 10) },
  treatment: { task_success: momentsOfCounts(4, 10) },
});
const brokenSplit = totals({
  control: { task_success: momentsOfCounts(300, 1_000) },
  treatment: { task_success: momentsOfCounts(200, 400) },
});

const SHA_256: Record<string, string> = {
  "{}": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  "{": "021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96",
};

/** A busy machine may take long over a reading of the log. */
const PATIENCE = { timeout: 15_000, interval: 100 };

const database = () => openDatabase(env.DB);

async function load(key: string) {
  const found = await findExperiment(database(), key);
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

async function decideOn(key: string, data: typeof clearWinner, now = Date.now()) {
  const before = await load(key);
  return actOnDecision(database(), before, evaluate(before, [data], now), "cron", []);
}

async function recordsOf(key: string) {
  const { results } = await env.DB.prepare(
    "SELECT record FROM decision_chain WHERE experiment = ? ORDER BY sequence",
  )
    .bind(key)
    .all();
  return results.map(({ record }) => chainRecordSchema.parse(JSON.parse(String(record))));
}

const verify = (key: string, query = "") => succeed("GET", `/v1/experiments/${key}/decisions/verify${query}`);

describe("the record of decisions", () => {
  it("holds what a decision was computed from, so that it is computed again alike", async () => {
    const { key } = await createExperiment();
    const now = Date.now();
    await decideOn(key, clearWinner, now);
    const { decisions, chainHead } = await succeed("GET", `/v1/experiments/${key}/decisions`);
    expect(decisions).toMatchObject([{ takenAt: now, isRecorded: true }]);
    const replay = await succeed("POST", `/v1/experiments/${key}/decisions/${now}/replay`, {});
    expect(replay).toMatchObject({
      identical: true,
      differenceCount: 0,
      recomputed: { action: "promote", variant: "treatment", code: "superior" },
      record: { hash: chainHead.hash, content: { sequence: 1, action: "promote", missing: null } },
    });
    const canonical = canonicalJson(replay.record.content);
    expect(await sha256(canonical)).toBe(chainHead.hash);
    expect(replay.engineVersion.stored).toBe(replay.engineVersion.now);
    expect(await recordsOf(key)).toMatchObject([
      { sequence: 1, at: now, actor: "cron", action: "promote", outcome: { kind: "carried_out" } },
    ]);
  });

  it("keeps the first hold of each kind and no look that only goes on", async () => {
    const { key } = await createExperiment();
    const now = Date.now();
    for (const [look, data] of [nothingYet, brokenSplit, brokenSplit, nothingYet, brokenSplit].entries())
      await decideOn(key, data, now + look);
    const records = await recordsOf(key);
    expect(records.map(({ action, code }) => [action, code])).toEqual([["hold", "sample_ratio_mismatch"]]);
    expect(records[0]).toMatchObject({ at: now + 1, outcome: { kind: "nothing_to_do" } });
    const skipped = await call("POST", `/v1/experiments/${key}/decisions/${now}/replay`, {});
    expect(skipped).toMatchObject({ status: 409, body: { code: "decision_not_recorded" } });
    const none = await call("POST", `/v1/experiments/${key}/decisions/${now - 1}/replay`, {});
    expect(none).toMatchObject({ status: 404, body: { code: "decision_not_found" } });
  });

  it("says what a person did without inputs, in one chain with what was decided", async () => {
    const { key } = await createExperiment();
    await decideOn(key, brokenSplit);
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "Enough" });
    const [hold, stop] = await recordsOf(key);
    expect(stop).toMatchObject({ sequence: 2, action: "stop", reason: "Enough", missing: "person" });
    expect(stop?.previousHash).not.toBe(hold?.previousHash);
    const { head, ...verification } = await verify(key);
    expect(verification).toMatchObject({ intact: true, records: 2, broken: null, containsKept: null });
    expect(await verify(key, `?kept=${stop?.previousHash}`)).toMatchObject({ containsKept: true });
    expect(await verify(key, `?kept=${"f".repeat(64)}`)).toMatchObject({ containsKept: false, head });
  });

  it("does not fork when many write at once", async () => {
    const { key } = await createExperiment();
    const before = await load(key);
    const now = Date.now();
    const runs = await Promise.all(
      [1, 2, 3, 4].map((look) =>
        actOnDecision(database(), before, evaluate(before, [clearWinner], now + look), "cron"),
      ),
    );
    expect(runs.filter(({ ok }) => ok)).toHaveLength(1);
    const outcomes = (await recordsOf(key)).map(({ outcome }) => outcome.kind).sort();
    expect(outcomes.filter((kind) => kind === "carried_out")).toHaveLength(1);
    expect(outcomes.length).toBeGreaterThan(1);
    expect(await verify(key)).toMatchObject({ intact: true, records: outcomes.length });
  });

  it("keeps what the aggregator decides by itself", async () => {
    const { key, config } = await createExperiment({
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
      ],
    });
    const units = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const events: unknown[] = [];
    for (const [index, unit] of units.entries()) {
      const { variant } = await succeed("POST", "/v1/assign", { config, unit });
      const toxic = variant === "treatment" && index % 2 === 0;
      events.push({ id: `e-${index}`, experiment: key, unit, variant, metrics: { task_success: 1, toxic } });
    }
    await succeed("POST", "/v1/events", { events });
    await runDurableObjectAlarm(env.AGGREGATOR.getByName(`${key}/0`));
    const [record] = await recordsOf(key);
    expect(record).toMatchObject({ actor: "guardrail", action: "rollback", code: "guardrail_harmed" });
    expect(record).toMatchObject({ outcome: { kind: "carried_out" }, missing: null });
    const address = `/v1/experiments/${key}/decisions/${record?.at}/replay`;
    expect(await succeed("POST", address, {})).toMatchObject({ identical: true });
    expect(await succeed("POST", address, { from: "log" })).toMatchObject({
      identical: true,
      from: "log",
      changesSince: [],
    });
    await succeed("DELETE", `/v1/units/${units[0]}`);
    await vi.waitFor(
      async () =>
        expect((await succeed("POST", address, { from: "log" })).changesSince).toEqual(["units_erased"]),
      PATIENCE,
    );
  });

  it.each([1, 3])(
    "is computed again from the log of %i shards up to where it was counted, whatever came since",
    async (shards) => {
      const { key, config } = await createExperiment({ shards, minimumUnits: 20, maximumUnits: 100 });
      const send = async (from: number, count: number) => {
        const events: unknown[] = [];
        for (let index = from; index < from + count; index++) {
          const unit = `user-${index}`;
          const { variant } = await succeed("POST", "/v1/assign", { config, unit });
          const metrics = { task_success: index % 3 === 0, latency_ms: 0.1 * index };
          events.push({ id: `e-${index}`, experiment: key, unit, variant, metrics });
        }
        await succeed("POST", "/v1/events", { events });
      };
      await send(0, 60);
      await send(60, 60);
      await vi.waitFor(
        async () => expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis.units).toBe(120),
        PATIENCE,
      );
      // What comes later may be in one chunk of the log with what was counted.
      await analyzeDueExperiments(env, Date.now());
      const [at] = (await recordsOf(key)).map((record) => record.at);
      await succeed("POST", "/v1/events", {
        events: [{ id: "late", experiment: key, unit: "user-0", metrics: { task_success: true } }],
      });
      const address = `/v1/experiments/${key}/decisions/${at}/replay`;
      expect(await succeed("POST", address, {})).toMatchObject({ identical: true });
      const { identical, differences, recomputed } = await succeed("POST", address, { from: "log" });
      expect({ identical, differences }).toEqual({ identical: true, differences: [] });
      expect(recomputed.action).toBe("stop");
    },
  );

  it.each([
    [
      "a record",
      "UPDATE decision_chain SET record = replace(record, 'promote', 'promots')",
      "record_changed",
      2,
    ],
    [
      "a hash",
      "UPDATE decision_chain SET hash = 'x' || substr(hash, 2) WHERE sequence = 1",
      "record_changed",
      1,
    ],
    ...["{}", "{"].map((text): [string, string, string, number] => [
      `a record to ${text}, with its hash`,
      `UPDATE decision_chain SET record = '${text}', hash = '${SHA_256[text]}' WHERE sequence = 1`,
      "record_changed",
      1,
    ]),
    ["a value", "UPDATE decision_value SET value = value || ' '", "value_changed", 1],
    ["a value's name", "UPDATE decision_value SET hash = hash || '0'", "value_missing", 1],
    ["the first record's place", "DELETE FROM decision_chain WHERE sequence = 1", "record_missing", 1],
    ["the last record's place", "DELETE FROM decision_chain WHERE sequence = 2", "record_missing", 2],
    ["the end", "DELETE FROM decision_chain_head", "end_changed", 2],
  ])("shows where somebody has changed %s", async (_what, statement, fault, sequence) => {
    const { key } = await createExperiment();
    const now = Date.now();
    await decideOn(key, brokenSplit, now);
    await succeed("POST", `/v1/experiments/${key}/accept-data`, { reason: "Known" });
    await succeed("POST", `/v1/experiments/${key}/promote`, { variant: "treatment", reason: "promote it" });
    expect(await verify(key)).toMatchObject({ intact: true, records: 2 });
    const [inputs] = (await recordsOf(key))[0]?.evidence?.inputs ?? [];
    const own = statement.includes("decision_value") ? `hash = '${inputs}'` : `experiment = '${key}'`;
    await env.DB.prepare(`${statement} ${statement.includes("WHERE") ? "AND" : "WHERE"} ${own}`).run();
    expect(await verify(key)).toMatchObject({ intact: false, broken: { fault, sequence } });
    expect((await succeed("GET", `/v1/experiments/${key}/decisions`)).decisions).toMatchObject([
      { takenAt: now },
    ]);
    const replay = await call("POST", `/v1/experiments/${key}/decisions/${now}/replay`, {});
    if (sequence === 1 && fault !== "record_missing") expect(replay.body.code).toBe("record_damaged");
  });

  it("has a value as it was again once it is stored again", async () => {
    const { key } = await createExperiment();
    await decideOn(key, brokenSplit);
    const spec = (await recordsOf(key))[0]?.evidence?.spec;
    await env.DB.prepare("UPDATE decision_value SET value = '{}' WHERE hash = ?").bind(spec).run();
    expect(await verify(key)).toMatchObject({ intact: false, broken: { fault: "value_changed" } });
    await succeed("POST", `/v1/experiments/${key}/accept-data`, { reason: "Known" });
    await decideOn(key, clearWinner);
    expect(await verify(key)).toMatchObject({ intact: true, records: 2 });
  });

  it("tells in what a decision differs that is not what its inputs give", async () => {
    const { key } = await createExperiment();
    const now = Date.now();
    const before = await load(key);
    const evaluation = evaluate(before, [clearWinner], now);
    evaluation.snapshot.analysis.units += 1;
    evaluation.snapshot.analysis.engineVersion = "7";
    await actOnDecision(database(), before, evaluation, "cron");
    const replay = await succeed("POST", `/v1/experiments/${key}/decisions/${now}/replay`, {});
    expect(replay).toMatchObject({ identical: false, differenceCount: 2, engineVersion: { stored: "7" } });
    expect(replay.differences).toContainEqual({ path: "/analysis/units", stored: 2_001, recomputed: 2_000 });
  });

  it("answers of decisions that an earlier version took that nothing was kept", async () => {
    const { key } = await createExperiment();
    const now = Date.now();
    await decideOn(key, clearWinner, now);
    await env.DB.batch(
      ["decision_chain", "decision_chain_head"].map((table) =>
        env.DB.prepare(`DELETE FROM ${table} WHERE experiment = ?`).bind(key),
      ),
    );
    const { decisions, chainHead } = await succeed("GET", `/v1/experiments/${key}/decisions`);
    expect({ decisions, chainHead }).toMatchObject({ decisions: [{ isRecorded: false }], chainHead: null });
    const replay = await call("POST", `/v1/experiments/${key}/decisions/${now}/replay`, {});
    expect(replay).toMatchObject({ status: 409, body: { code: "decision_not_recorded" } });
    expect(await verify(key)).toMatchObject({ intact: true, records: 0, head: null });
  });
});
