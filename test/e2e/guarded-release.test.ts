import { beforeAll, describe, expect, it } from "vitest";
import { assignBatch } from "#contract/assignment.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { postEvents } from "#contract/events.ts";
import { getExperiment } from "#contract/experiments.ts";
import { postRelease } from "#contract/releases.ts";
import { type Recording, readRecording } from "#demo/run/recordings.ts";
import { TestServer } from "#test/e2e/support/server.ts";

const MODELS = ["gpt-4-0314", "gpt-4-0613"] as const;
const BATCH = 50;
const LIMIT_MILLISECONDS = 15_000;

let server: TestServer;
let recording: Recording;

beforeAll(async () => {
  server = await TestServer.start();
  recording = await readRecording("drift_prime", MODELS);
});

/** Assigns some of the recorded tasks. */
async function assign(config: string, tasks: readonly string[]) {
  const requests = tasks.map((unit) => ({ config, unit }));
  const { assignments } = await server.admin.call(assignBatch, { body: { requests } });
  return assignments.map((assignment, index) => {
    if (!("version" in assignment)) throw new Error("a task was not assigned");
    return { ...assignment, task: tasks[index] ?? "" };
  });
}

/** Logs what was recorded of each task under the model that it was assigned. */
async function answer(assigned: Awaited<ReturnType<typeof assign>>): Promise<void> {
  const events = assigned.flatMap(({ experiment, variant, version, task }) => {
    const { success } = recording.row(task, MODELS[version - 1] ?? "");
    if (experiment === null || success === undefined) return [];
    return [
      { id: `${experiment}-${task}`, experiment, unit: task, variant, metrics: { task_success: success } },
    ];
  });
  if (events.length > 0) await server.admin.call(postEvents, { body: { events } });
}

describe("a model that has become worse under the same name, released with guards", () => {
  it.each([
    ["first, for a tenth", { stages: [10, 100], holdback: 0.05 }],
    ["middle, for a half", { stages: [50, 100], holdback: 0.05 }],
    ["last, for all but the holdback", { stages: [100], holdback: 0.05 }],
  ])("is reverted in a stage like the %s, and nobody gets it 15 s after the breach", async (name, plan) => {
    const config = `prime-${name.split(",")[0]}`;
    const { admin } = server;
    await admin.call(postConfig, { body: { key: config, value: { model: MODELS[0] } } });
    await admin.call(postConfigVersion, { params: { key: config }, body: { value: { model: MODELS[1] } } });
    const stage = await admin.call(postRelease, {
      params: { key: config },
      body: {
        version: 2,
        metrics: [{ metric: "task_success", role: "primary", margin: { kind: "absolute", value: 0.02 } }],
        plan,
      },
    });
    const { key } = stage.spec;
    await expect
      .poll(async () => (await assign(config, ["a"]))[0]?.experiment, { timeout: 20_000 })
      .toBe(key);

    /** When each batch was durable. */
    const acknowledged: number[] = [];
    const { tasks } = recording;
    for (let first = 0; first < tasks.length; first += BATCH) {
      await answer(await assign(config, tasks.slice(first, first + BATCH)));
      acknowledged.push(Date.now());
    }
    await expect
      .poll(async () => (await assign(config, tasks.slice(0, 100))).every(({ version }) => version === 1), {
        timeout: 60_000,
        interval: 50,
      })
      .toBe(true);
    const safeAt = Date.now();
    // The kill switch tells edges before the database is asked.
    const read = () => admin.call(getExperiment, { params: { key } });
    await expect.poll(async () => (await read()).status, { timeout: 60_000 }).toBe("rolled_back");
    const after = await read();
    // The alarm, or a look of the schedule that happens to come before it.
    expect(after.conclusion).toMatchObject({
      action: "rollback",
      actor: expect.stringMatching(/^(guardrail|cron)$/),
    });
    const decidedAt = after.conclusion?.at ?? 0;
    const breachedAt = Math.max(...acknowledged.filter((at) => at <= decidedAt), acknowledged[0] ?? 0);
    expect(safeAt - breachedAt).toBeLessThan(LIMIT_MILLISECONDS);
  });
});
