import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeBasis } from "#log-reader/basis.ts";
import { programOf } from "#log-reader/programs/index.ts";
import type { LogQuestion } from "#log-reader/question.ts";
import { RunSlice, type Used } from "#log-reader/run.ts";
import { RunStorage } from "#log-reader/run-storage.ts";
import type { Result } from "#shared/result.ts";
import { openDatabase, openDatabases } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { createExperiment } from "#test/support/api-client.ts";

const COUNTRIES = ["at", "ch", "de"];

const VARIANTS = ["control", "treatment"];

/** An experiment of one shard, and the name that its aggregator goes by. */
async function startedExperiment() {
  const { key } = await createExperiment({
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "cost_usd", role: "secondary" },
    ],
  });
  const found = await findExperiment(openDatabase(env.DB), key);
  if (!found.ok) throw new Error(found.error.detail);
  const { metricDefinitions } = found.value;
  return { key, shard: 0, variants: VARIANTS, metricDefinitions, exclusions: [] };
}

/** Records outcomes of the same units in two experiments, in several chunks of the log. */
async function recordedExperiments(): Promise<[string, string]> {
  const [one, other] = [await startedExperiment(), await startedExperiment()];
  for (const [round, experiment] of [one, other, one, other].entries()) {
    const outcomes = Array.from({ length: 240 }, (_, index) => ({
      id: `${round}-${index}`,
      unit: `unit-${index}`,
      // Some are seen in another variant the second time.
      variant: VARIANTS[(index % 17 === 0 ? round >> 1 : experiment === one ? index : index >> 1) % 2] ?? "",
      at: 1_000 + index,
      receivedAt: 2_000 + index,
      metrics: { task_success: index % 2, cost_usd: index / 7 },
      properties: { country: COUNTRIES[(index + round) % COUNTRIES.length] ?? "" },
    }));
    const aggregator = env.AGGREGATOR.getByName(`${experiment.key}/0`);
    await aggregator.record({ experiment, exposures: [], outcomes });
    await aggregator.flush();
  }
  return [one.key, other.key];
}

/** Answers a question slice by slice, with nothing in memory between them. @returns what it says, and in how many slices */
function answerInSlices(
  question: LogQuestion,
  isUsedUp: (used: Used) => boolean,
): Promise<{ result: Result<unknown>; slices: number }> {
  const stub = env.LOG_READER.getByName(crypto.randomUUID());
  return runInDurableObject(stub, async (_instance, state) => {
    const databases = openDatabases(env);
    const taken = await takeBasis(databases, env.AGGREGATOR, question, 1_000);
    if (!taken.ok) throw new Error(taken.error.detail);
    const { basis, totals } = taken.value;
    const storage = new RunStorage(state.storage);
    storage.open();
    for (const { name, phases } of totals) storage.write(name, phases);
    for (let slices = 1; ; slices += 1) {
      const program = programOf(basis, storage);
      const slice = new RunSlice(databases, storage, program, basis.quarantines, isUsedUp);
      if ((await slice.work()) === "done") return { result: program.conclude(), slices };
    }
  });
}

const questionsOf = (experiment: string, other: string): LogQuestion[] => [
  { kind: "verification", experiment },
  { kind: "segments", experiment, source: "property", name: "country" },
  { kind: "winsorized", experiment, metric: "cost_usd", quantile: 0.9 },
  { kind: "interaction", experiment, other },
];

describe("a run", () => {
  it("says the same in however many slices it is done, each of which knows only what is stored", async () => {
    const [experiment, other] = await recordedExperiments();
    for (const question of questionsOf(experiment, other)) {
      const whole = await answerInSlices(question, () => false);
      expect(whole).toMatchObject({ slices: 1, result: { ok: true } });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (entries) => {
          const inSlices = await answerInSlices(question, (used) => used.entries >= entries);
          expect(inSlices.result).toEqual(whole.result);
          if (entries < 100) expect(inSlices.slices).toBeGreaterThan(1);
        }),
        { numRuns: 4 },
      );
    }
  });
});
