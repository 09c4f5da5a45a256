/// <reference lib="dom" />
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, expect, it, test } from "vitest";
import { assignmentBatchReplySchema } from "#contract/assignment.ts";
import { eventReceiptSchema } from "#contract/events.ts";
import {
  decisionListSchema,
  experimentListSchema,
  snapshotListSchema,
  verificationSchema,
} from "#contract/lists.ts";
import { seriesSchema } from "#contract/series.ts";
import { experimentResultsSchema } from "#model/analysis/decision.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
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

const read = (key: string) =>
  stack.server.admin.get(`/v1/experiments/${key}/results`, experimentResultsSchema);
const verify = (key: string) => stack.server.admin.get(`/v1/experiments/${key}/verify`, verificationSchema);

test.each(ENDED)(
  "%s, which ended with %s, is read as it was decided, and its log agrees",
  async (key, action, units) => {
    const { admin } = stack.server;
    const results = await read(key);
    expect(results).toMatchObject({ decision: { action }, conclusion: { action }, analysis: { units } });
    expect(await verify(key)).toMatchObject({ agrees: true, differences: [] });
    const { decisions } = await admin.get(`/v1/experiments/${key}/decisions`, decisionListSchema);
    expect(decisions.map(({ decision }) => decision.action)).toContain(action);
    expect((await admin.get(`/v1/experiments/${key}/snapshots`, snapshotListSchema)).snapshots).not.toEqual(
      [],
    );
    expect((await admin.get(`/v1/experiments/${key}/series`, seriesSchema)).points).not.toEqual([]);
    const now = await admin.get(`/v1/experiments/${key}/results?asOf=now`, experimentResultsSchema);
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
    const { assignments } = await admin.post("/v1/assign", { requests }, assignmentBatchReplySchema);
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
  expect(await admin.post("/v1/events", { events: known }, eventReceiptSchema)).toMatchObject({
    accepted: 0,
    duplicates: known.length,
  });
  const added = await outcomesOf("new");
  expect(await admin.post("/v1/events", { events: added }, eventReceiptSchema)).toMatchObject({
    accepted: added.length,
    rejected: [],
  });
  stack.server.runSchedule();
  await untilItWorks(async () => {
    const { points } = await admin.get("/v1/experiments/still-running/series", seriesSchema);
    if (points.at(-1)?.units !== before + added.length) throw new Error("no look yet");
  }, 120_000);
  expect(await verify("still-running")).toMatchObject({ agrees: true, units: before + added.length });
});

it("what was paused resumes and can be promoted", async () => {
  const { admin } = stack.server;
  await admin.post("/v1/experiments/still-paused/resume", {}, experimentSchema);
  expect((await read("still-paused")).analysis?.units).toBe(195);
  await admin.post(
    "/v1/experiments/still-paused/promote",
    { variant: "large", reason: "good enough" },
    experimentSchema,
  );
  expect(await verify("still-paused")).toMatchObject({ agrees: true });
});

it("the dashboard opens every experiment", async () => {
  const { experiments } = await stack.server.admin.get("/v1/experiments", experimentListSchema);
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
