/// <reference lib="dom" />
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, expect, it, test } from "vitest";
import { assignBatch } from "#contract/assignment.ts";
import { postEvents } from "#contract/events.ts";
import { getExperiments, postPromotion, postResume } from "#contract/experiments.ts";
import { getDecisions, getResults, getSnapshots, getVerification } from "#contract/results.ts";
import { getSeries } from "#contract/series.ts";
import { DashboardStack } from "#test/e2e/support/dashboard-stack.ts";
import { untilItWorks } from "#test/e2e/support/server-patience.ts";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";

/**
 * The data folder that `npm run demo -- --once` left at commit b939fc0, where nobody vouched for units, metrics had no
 * windows and guardrails no silence; and in it two experiments more, one running and one paused, each with half of the 400
 * users `late-user-0` to `late-user-399`, who have logged the events `late-0` to `late-399`.
 */
const INSTALLATION = join(import.meta.dirname, "../../vectors/installations/demo-at-b939fc0.tar.gz");

/** How each experiment had ended, and what had been counted by the decision. */
const ENDED = [
  ["exam-better-model", "promote", 726],
  ["exam-concise-prompt", "promote", 4_357],
  ["exam-same-model-twice", "stop", 1_000],
  ["exam-temperature-one", "stop", 4_400],
  ["exam-temperature-too-high", "rollback", 50],
  ["chat-faster-provider", "promote", 150],
  ["open-question-step-by-step", "rollback", 54],
  ["prime-model-upgrade", "rollback", 726],
] as const;

let stack: DashboardStack;

beforeAll(async () => {
  const folder = await temporaryFolder("earlier");
  await promisify(execFile)("tar", ["-xzf", INSTALLATION, "-C", folder]);
  stack = await DashboardStack.start(folder);
});

afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});

const read = (key: string) => stack.server.admin.call(getResults, { params: { key } });
const verify = (key: string) => stack.server.admin.call(getVerification, { params: { key } });

test.each(ENDED)(
  "%s, which ended with %s, is read as it was decided, and its log agrees",
  async (key, action, units) => {
    const { admin } = stack.server;
    const results = await read(key);
    expect(results).toMatchObject({ decision: { action }, conclusion: { action }, analysis: { units } });
    expect(await verify(key)).toMatchObject({ agrees: true, differences: [] });
    const { decisions } = await admin.call(getDecisions, { params: { key } });
    expect(decisions.map(({ decision }) => decision.action)).toContain(action);
    expect((await admin.call(getSnapshots, { params: { key } })).snapshots).not.toEqual([]);
    expect((await admin.call(getSeries, { params: { key } })).points).not.toEqual([]);
    const now = await admin.call(getResults, { params: { key }, query: { asOf: "now" } });
    expect(now.analysis?.units).toBeGreaterThanOrEqual(units);
  },
);

it("what runs goes on: known units and events are known, new ones count, and the next look is taken", async () => {
  const { admin } = stack.server;
  const before = (await read("still-running")).analysis?.units ?? 0;
  expect(before).toBe(205);
  const outcomesOf = async (name: string) => {
    const units = Array.from({ length: 50 }, (_, index) => `${name}-user-${index}`);
    const requests = units.map((unit) => ({ config: "late-answers", unit }));
    const { assignments } = await admin.call(assignBatch, { body: { requests } });
    return assignments.flatMap((assigned, index) =>
      "code" in assigned || assigned.experiment !== "still-running"
        ? []
        : [
            {
              id: `${name}-${index}`,
              experiment: "still-running",
              variant: assigned.variant,
              unit: units[index],
              metrics: { task_success: 1, latency_ms: 900 },
            },
          ],
    );
  };
  const known = await outcomesOf("late");
  expect(known.length).toBeGreaterThan(0);
  expect(await admin.call(postEvents, { body: { events: known } })).toMatchObject({
    accepted: 0,
    duplicates: known.length,
  });
  const added = await outcomesOf("new");
  expect(await admin.call(postEvents, { body: { events: added } })).toMatchObject({
    accepted: added.length,
    rejected: [],
  });
  stack.server.runSchedule();
  await untilItWorks(async () => {
    const { points } = await admin.call(getSeries, { params: { key: "still-running" } });
    if (points.at(-1)?.units !== before + added.length) throw new Error("no look yet");
  }, 120_000);
  expect(await verify("still-running")).toMatchObject({ agrees: true, units: before + added.length });
});

it("what was paused resumes and can be promoted", async () => {
  const { admin } = stack.server;
  await admin.call(postResume, { params: { key: "still-paused" } });
  expect((await read("still-paused")).analysis?.units).toBe(195);
  await admin.call(postPromotion, {
    params: { key: "still-paused" },
    body: { variant: "large", reason: "good enough" },
  });
  expect(await verify("still-paused")).toMatchObject({ agrees: true });
});

it("the dashboard opens every experiment", async () => {
  const { experiments } = await stack.server.admin.call(getExperiments);
  expect(experiments).toHaveLength(ENDED.length + 2);
  for (const { key, name } of experiments) {
    const page = await stack.open(`/experiments/${key}`);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    for (const tab of ["decisions", "traffic", "setup"]) {
      await page.goto(`${stack.server.dashboard}/experiments/${key}?tab=${tab}`);
      await page.getByRole("tab", { selected: true }).waitFor();
    }
    await page.close();
  }
});
