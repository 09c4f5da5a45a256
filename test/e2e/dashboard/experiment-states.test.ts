/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { readRecording } from "#demo/run/recordings.ts";
import { replay } from "#demo/run/replay.ts";
import { createAppKey, setUp, start } from "#demo/run/set-up.ts";
import { trafficOf } from "#demo/run/traffic.ts";
import { stepByStep } from "#demo/scenarios/step-by-step.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createRunning, sendOutcomes } from "#test/e2e/support/experiment-setup.ts";
import { connect } from "#tools/connect.ts";

const HOSTILE = `<script>document.title='owned'</script> ${"very-long-name-".repeat(10)}`;
const RIGHT_TO_LEFT = "هل الإجابات القصيرة أفضل؟";
const REPLAY_PATIENCE_MILLISECONDS = 60_000;

describe("an experiment's page, whatever happens", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
  });
  afterEach(() => stack.closePages());

  const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name, level: 1 });

  it("shows recorded answers as they are replayed, and the guardrail's rollback when it comes, without a reload", async () => {
    const { admin, api } = stack.server;
    await setUp(admin, stepByStep);
    await start(admin, stepByStep);
    const page = await stack.open(`/experiments/${stepByStep.experiment.key}`);
    await heading(page, "Let us think step by step").waitFor();
    await page.evaluate(() => document.documentElement.setAttribute("data-kept", "yes"));

    const app = connect(api, await createAppKey(admin));
    const { control, treatment, recording } = stepByStep;
    const recorded = await readRecording(recording, [control.recorded, treatment.recorded]);
    const stopped = new AbortController();
    const replayed = replay(app, stepByStep, trafficOf(stepByStep, recorded), () =>
      stopped.signal.throwIfAborted(),
    ).catch(() => undefined);
    const units = () =>
      page
        .locator(".stat-strip")
        .first()
        .textContent()
        .then((text) => Number(/Units\s*([\d,]+)/.exec(text ?? "")?.[1]));
    const seen = new Set<number>();
    await expect
      .poll(async () => seen.add(await units()).size, { timeout: REPLAY_PATIENCE_MILLISECONDS })
      .toBeGreaterThanOrEqual(3);
    await page
      .getByText(/^Rolled back: 'step-by-step' harms the guardrail/)
      .first()
      .waitFor({ timeout: REPLAY_PATIENCE_MILLISECONDS });
    await page.getByText("Rolled back", { exact: true }).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.getAttribute("data-kept"))).toBe("yes");
    stopped.abort();
    await replayed;
  });

  it("warns of a split that is not as planned, with the units seen and expected", async () => {
    const { admin } = stack.server;
    await createRunning(admin, "skewed");
    const arms = {
      small: { units: 700, success: 0.5, error: 0 },
      large: { units: 300, success: 0.5, error: 0 },
    };
    await sendOutcomes(admin, "skewed", arms);
    const page = await stack.open("/experiments/skewed?tab=traffic");
    await page
      .getByText(/^On hold/)
      .first()
      .waitFor();
    const panel = page.getByRole("region", { name: "Sample ratio" });
    await panel.getByText("Mismatch").waitFor();
    await panel.getByRole("row", { name: "small 700 500" }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("keeps the last numbers on screen when the connection is lost, says so, and recovers", async () => {
    const { admin } = stack.server;
    await createRunning(admin, "cut-off");
    const arm = { units: 123, success: 0.5, error: 0 };
    await sendOutcomes(admin, "cut-off", { small: arm, large: arm });
    const page = await stack.open("/experiments/cut-off");
    await page.getByText("246", { exact: true }).first().waitFor();
    await page.route("**/api/v1/**", (route) => route.abort());
    await page.getByText("Connection lost, trying again").waitFor();
    expect(await page.getByText("246", { exact: true }).first().isVisible()).toBe(true);
    await page.unroute("**/api/v1/**");
    await page.getByText("Live", { exact: true }).waitFor();
  });

  it("says what to do when there is no such experiment, and when the API fails", async () => {
    const page = await stack.open("/experiments/nothing-here");
    await page.getByText("Not found").waitFor();
    await page.route("**/api/v1/experiments/**", (route) =>
      route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }),
    );
    await page.goto(`${stack.server.dashboard}/experiments/failing`);
    await page.getByRole("alert").getByText("The API returned an error").waitFor();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it.each([
    ["markup-and-length", HOSTILE],
    ["right-to-left", RIGHT_TO_LEFT],
  ])("shows a name as the text it is, at every width (%s)", async (key, name) => {
    await createRunning(stack.server.admin, key, { name });
    const page = await stack.open(`/experiments/${key}`);
    await heading(page, name).waitFor();
    await expect.poll(() => page.title()).toContain(name.slice(0, 20));
    expect(await page.locator("main script").count()).toBe(0);
    await page.setViewportSize(PHONE);
    await heading(page, name).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    for (const path of ["/", "/experiments", `/configs/${key}`]) {
      await page.goto(stack.server.dashboard + path);
      await page.getByText(name).first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(
        PHONE.width,
      );
    }
    expect(stack.consoleErrors).toEqual([]);
  });
});
