import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { type DueDecision, storePending } from "#lifecycle/pending-decisions.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

const PLAN = { stages: [60, 80, 100], holdback: 0 };
const harm = totals({
  previous: { task_success: momentsOfCounts(900, 1_000) },
  treatment: { task_success: momentsOfCounts(100, 1_000) },
});

async function load(key: string) {
  const found = await findExperiment(openDatabase(env.DB), key);
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

/** A release that has advanced, with its first stage as it was read before and what was decided about that. */
async function advanceBeforeHarm(): Promise<{ first: string; before: Awaited<ReturnType<typeof load>> }> {
  const { key } = await createExperiment({ promotion: PLAN });
  await succeed("POST", `/v1/experiments/${key}/promote`, { variant: "treatment" });
  const first = `${key}-release`;
  const before = await load(first);
  await succeed("POST", `/v1/experiments/${first}/advance`);
  return { first, before };
}

function expectReverted(stage: Awaited<ReturnType<typeof load>>, first: string, actor: string): void {
  expect(stage).toMatchObject({ status: "rolled_back", conclusion: { action: "rollback", actor } });
  expect(stage.endedAt).toBeGreaterThanOrEqual(stage.startedAt ?? Number.NaN);
  expect(stage.conclusion?.reason).toContain(`Shown in '${first}'`);
}

describe("harm that is proven in a stage right when the next one starts", () => {
  it("ends the next one, if a look has found it", async () => {
    const { first, before } = await advanceBeforeHarm();
    const evaluation = evaluate(before, [harm], before.startedAt ?? 0);
    expect(evaluation.snapshot.decision.action).toBe("rollback");
    const acted = await actOnDecision(openDatabase(env.DB), before, evaluation, "cron", []);
    expect(acted.ok).toBe(false);
    expectReverted(await load(`${first}-2`), first, "cron");
    expect((await succeed("GET", `/v1/experiments/${first}/decisions/verify`)).intact).toBe(true);
    expect((await succeed("GET", `/v1/experiments/${first}-2/decisions/verify`)).intact).toBe(true);
  });

  it("ends the next one, if the aggregator has found it", async () => {
    const { first, before } = await advanceBeforeHarm();
    const { decision, takenAt } = evaluate(before, [harm], Date.now(), { protectsOnly: true }).snapshot;
    const due: DueDecision = {
      decision,
      source: "guardrail",
      takenAt,
      summary: "It does harm.",
      leader: null,
    };
    const aggregator = env.AGGREGATOR.getByName(`${first}/0`);
    const { spec, metricDefinitions } = before;
    const variants = spec.variants.map((variant) => variant.key);
    await aggregator.wake({ key: first, shard: 0, variants, metricDefinitions, exclusions: [] });
    await runInDurableObject(aggregator, (_, { storage }) => storePending(storage, [due]));
    await runDurableObjectAlarm(aggregator);
    expectReverted(await load(`${first}-2`), first, "guardrail");
  });
});
