/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { assign } from "#contract/assignment.ts";
import { putLiveVersion } from "#contract/configs.ts";
import { postEvents } from "#contract/events.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { createVersions } from "#test/e2e/support/create-config.ts";
import { PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { button, dialog, ExperimentTab } from "#test/e2e/support/experiment-tab.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";

const UNITS = 2_000;
const VALUES = [{ model: "small" }, { model: "large" }];

let at: ExperimentTab;

beforeAll(async () => {
  at = await ExperimentTab.start();
});
afterEach(() => at.tidy());

interface Served {
  unit: string;
  experiment: string | null;
  variant: string | null;
  version: number;
}

/** Assigns units until the holdout is served and the version is live for everybody else. */
async function assignAll(config: string, holdout: string, version: number): Promise<Served[]> {
  const units = Array.from({ length: UNITS }, (_, index) => `user-${index}`);
  const served: Served[] = [];
  await untilItWorks(async () => {
    served.length = 0;
    for (let start = 0; start < UNITS; start += 100) {
      const requests = units.slice(start, start + 100).map((unit) => ({ config, unit }));
      const reply = await at.admin.call(assign, { body: { requests } });
      const answers = "assignments" in reply ? reply.assignments : [];
      for (const [index, answer] of answers.entries())
        if ("version" in answer) served.push({ ...answer, unit: units[start + index] ?? "" });
    }
    const isServed = served.some(({ experiment }) => experiment === holdout);
    const isLive = served.every((one) => one.variant === "held-out" || one.version === version);
    if (!isServed || !isLive) throw new Error("the edge does not know of it yet");
  }, PATIENCE_MILLISECONDS);
  return served;
}

async function logOutcomes(holdout: string, served: readonly Served[]): Promise<void> {
  const events = served.flatMap(({ unit, experiment, variant, version }, index) =>
    experiment === holdout
      ? {
          id: `answer-${unit}`,
          experiment,
          unit,
          variant,
          metrics: { task_success: index % 10 < (version === 1 ? 3 : 8) },
        }
      : [],
  );
  await at.admin.call(postEvents, { body: { events } });
}

async function expectFits(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityViolations(page)).toEqual([]);
  }
  await page.setViewportSize(PHONE);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await at.tidy();
}

describe("a holdout", () => {
  it("is begun, shows what was shipped has changed, and is ended", async () => {
    await createVersions(at.admin, "held-config", VALUES);
    const page = await at.open("/holdouts");
    await page.getByText("No holdouts yet").waitFor();
    await expectFits(page);
    await button(page, "New holdout").click();
    await button(page, "Begin the holdout").click();
    await dialog(page).getByText("Choose at least one.").waitFor();
    await dialog(page).getByLabel("Key").fill("winter");
    await dialog(page).getByLabel("Held out").fill("20");
    await dialog(page).getByLabel("held-config").check();
    await expectFits(page);
    await button(page, "Begin the holdout").click();
    await page.getByRole("heading", { name: "winter" }).waitFor();
    await page.getByText("Nothing was shipped since the start").waitFor();

    await at.admin.call(putLiveVersion, {
      params: { key: "held-config" },
      body: { version: 2, reason: "the larger one" },
    });
    await logOutcomes("winter", await assignAll("held-config", "winter", 2));
    const shown = await at.open("/holdouts/winter");
    await shown.getByText("One version was shipped on one AI config since the start.").waitFor();
    await shown
      .getByRole("row", { name: /Task success primary/ })
      .getByText("Better")
      .waitFor();
    await shown.getByRole("row", { name: /held-config 2, after 1/ }).waitFor();
    await shown.getByRole("row", { name: /held-config Version 1 Version 2/ }).waitFor();
    await expectFits(shown);

    await button(shown, "End…").click();
    await dialog(shown).getByLabel("Reason").fill("The quarter is over.");
    await button(shown, "End the holdout").click();
    await shown.getByText("The holdout has ended.").waitFor();
    await shown.getByRole("link", { name: "Holdouts" }).click();
    await shown.getByRole("row", { name: /winter Ended/ }).waitFor();
    expect(at.errors).toEqual([]);
  });
});
