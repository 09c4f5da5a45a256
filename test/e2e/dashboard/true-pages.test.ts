/// <reference lib="dom" />
import { afterEach, beforeAll, expect, it } from "vitest";
import { postEvents } from "#contract/events.ts";
import { postStop } from "#contract/experiments.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import {
  createExperiment,
  createRunning,
  sendOutcomes,
  startExperiment,
  untilAnalyzed,
} from "#test/e2e/support/experiment-setup.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";
import { unitWith } from "#test/support/assigned-units.ts";

const PREFIX = "claude-sonnet-with-retrieval-and-a-long-system-prompt-";
const ZONE = "America/New_York";

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
});

afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});

it("the time of the last event follows the events as they arrive, between two analyses, and rates wait for an hour", async () => {
  const { admin } = stack.server;
  await createRunning(admin, "followed", { analysisIntervalSeconds: 86_400 });
  const log = (id: string, timestamp: number) =>
    admin.call(postEvents, {
      body: {
        events: [
          {
            id,
            experiment: "followed",
            variant: "small",
            unit: unitWith(id, [{ key: "followed", weights: { small: 0.5, large: 0.5 } }, "small"]),
            timestamp,
            metrics: { task_success: 1 },
          },
        ],
      },
    });
  await log("first", Date.now());
  const page = await stack.open("/experiments/followed?tab=traffic");
  const row = (name: string) => page.getByRole("row").filter({ hasText: name }).locator("td");
  const ageInSeconds = async () => {
    const text = (await row("Last event").textContent()) ?? "";
    return text === "just now" ? 0 : Number(/^(\d+) s ago$/.exec(text)?.[1]);
  };
  await expect.poll(ageInSeconds).toBeGreaterThanOrEqual(4);
  await log("second", Date.now());
  await expect.poll(ageInSeconds).toBeLessThan(4);
  expect(await row("Units per day").textContent()).toBe("available after an hour");
});

it("what a person stopped is not collecting any more, and one unit is one unit", async () => {
  const { admin } = stack.server;
  await createRunning(admin, "cut-short");
  await sendOutcomes(admin, "cut-short", { small: { units: 1, success: 1, error: 0 } });
  await untilAnalyzed(stack.server, "cut-short", 1);
  await admin.call(postStop, { params: { key: "cut-short" } });
  const page = await stack.open("/experiments?q=cut-short");
  await page.getByText("Stopped manually after 1 unit.", { exact: true }).waitFor();
  expect(await page.getByText(/Collecting/).count()).toBe(0);
  await page.goto(`${stack.server.dashboard}/experiments/cut-short`);
  await page
    .getByText(/^Stopped by /)
    .first()
    .waitFor();
  expect(await page.getByText(/Collecting|1 units/).count()).toBe(0);
});

it("on a phone, names that begin alike are told apart, and the times under a picture are the viewer's", async () => {
  const { admin } = stack.server;
  const variants = [`${PREFIX}a`, `${PREFIX}b`];
  await createRunning(admin, "source");
  await admin.call(postStop, { params: { key: "source" } });
  await createExperiment(admin, {
    key: "alike",
    name: "Alike",
    kind: "model",
    config: "source",
    variants,
    metrics: [{ metric: "task_success", role: "primary" }],
    minimumUnits: 100_000,
    analysisIntervalSeconds: 60,
  });
  await startExperiment(admin, "alike");
  const arm = (success: number) => ({ units: 60, success, error: 0 });
  await sendOutcomes(admin, "alike", { [`${PREFIX}a`]: arm(0.5), [`${PREFIX}b`]: arm(0.6) });
  const page = await stack.newPage({ viewport: PHONE, timezoneId: ZONE });
  await page.goto(`${stack.server.dashboard}/experiments/alike#key=${ADMIN_KEY}`);
  for (const name of variants) {
    const label = page.getByRole("article").getByText(name, { exact: true }).first();
    await label.waitFor();
    expect(
      await label.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    ).toBeLessThanOrEqual(0);
    expect(await label.evaluate((element) => getComputedStyle(element).textOverflow)).not.toBe("ellipsis");
  }
  const first = Date.parse("2026-11-28T20:54:00Z");
  const points = [0, 30].map((minutes) => ({
    takenAt: first + minutes * 60_000,
    units: 60 + minutes,
    multipleExposureUnits: 0,
    observed: variants.map((variant) => ({ variant, units: 30 + minutes / 2, expected: 0.5 })),
    sampleRatioPValue: 1,
    comparisons: [],
  }));
  await page.route(/\/series(\?|$)/, (route) =>
    route.fulfill({ json: { experiment: "alike", metric: "task_success", points } }),
  );
  await page.goto(`${stack.server.dashboard}/experiments/alike?tab=traffic`);
  const picture = page.getByRole("img", { name: "Units per variant over time" });
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.textContent()).toMatch(/[34]:\d\d\sPM/);
  expect(await picture.textContent()).not.toMatch(/20:5|8:5|T\d\d:|Z/);
});
