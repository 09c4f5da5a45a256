/// <reference lib="dom" />
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { replaySchema } from "#contract/decisions.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createRunning, sendOutcomes } from "#test/e2e/support/experiment-setup.ts";
import { button, ExperimentTab, status } from "#test/e2e/support/experiment-tab.ts";

const KEY = "is-replayed";

let at: ExperimentTab;

beforeAll(async () => {
  at = await ExperimentTab.start();
  await createRunning(at.admin, KEY);
  await sendOutcomes(at.admin, KEY, {
    small: { units: 300, success: 0.5, error: 0 },
    large: { units: 300, success: 0.5, error: 0.5 },
  });
});
afterEach(() => at.tidy());

describe("a recorded decision", () => {
  it("is computed again on demand, and shown to be identical", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=decisions`);
    await status(page, "Rolled back").waitFor();
    await button(page, "Replay").first().click();
    await page.getByText("Recomputed: identical").waitFor();
    await button(page, "Replay again").waitFor();
    await page.getByText(/each with the hash of the one before/).waitFor();
    expect(await page.locator(".chain-end code").textContent()).toMatch(/^[0-9a-f]{64}$/);
    expect(at.errors).toEqual([]);
  });

  it.each(["light", "dark"] as const)(
    "shows what differs, and by which engine it was decided, accessibly in %s mode and on a phone",
    async (colorScheme) => {
      await at.tab.route("**/replay", async (route) => {
        const response = await route.fetch();
        const replay = replaySchema.parse(await response.json());
        const differences = [
          { path: "/analysis/units", stored: 600, recomputed: 599 },
          { path: "/decision/variant", recomputed: "large" },
        ];
        const engineVersion = { stored: "7", now: "9" };
        const changes = { identical: false, differenceCount: 2, differences, engineVersion };
        await route.fulfill({ response, json: { ...replay, ...changes } });
      });
      const page = await at.open(`/experiments/${KEY}?tab=decisions`);
      await page.emulateMedia({ colorScheme });
      await button(page, "Replay").first().click();
      await page.getByText("Recomputed: 2 differences").waitFor();
      await page.getByText("/analysis/units: stored 600, recomputed 599").waitFor();
      await page.getByText("/decision/variant: stored nothing, recomputed large").waitFor();
      await page.getByText("Decided by engine version 7, recomputed by version 9.").waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.setViewportSize(PHONE);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(at.errors).toEqual([]);
    },
  );
});
