/// <reference lib="dom" />
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { postConfig, postConfigVersion, putLiveVersion } from "#contract/configs.ts";
import { postRelease } from "#contract/releases.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createRunning, sendOutcomes, WINNING } from "#test/e2e/support/experiment-setup.ts";
import { button, dialog, ExperimentTab, status } from "#test/e2e/support/experiment-tab.ts";
import { openMainDatabase } from "#tools/local-server/open-main-database.ts";

const PLAN = { stages: [70, 100], stageMinutes: 30, holdback: 0.1, watchHours: 12 };

let at: ExperimentTab;

beforeAll(async () => {
  at = await ExperimentTab.start();
});
afterEach(() => at.tidy());

describe("a winner", () => {
  it("is released by stages: the dialog says how, the stage's page where it is, and a person goes on", async () => {
    await createRunning(at.admin, "staged", { promotion: PLAN });
    await sendOutcomes(at.admin, "staged", WINNING);
    const page = await at.open("/experiments/staged");
    await page.getByText("Better").first().waitFor();
    await button(page, "Promote…").click();
    await dialog(page)
      .getByText(
        "Version 2 goes to 70% of the units for 30 min, then to 90% of the units for 12 h, and then to everybody.",
        { exact: false },
      )
      .waitFor();
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 50% 70%/ })
      .waitFor();
    await button(page, "Promote large").click();
    await page.getByText("'large' (version 2) goes on in the release stage 'staged-release'").waitFor();
    expect(await at.liveVersion("staged")).toBe(1);

    await page.getByRole("link", { name: "staged-release" }).click();
    await page.getByRole("heading", { name: "Release, stage 1 of 2" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "70%" }).getByText("now").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityViolations(page)).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await at.tidy();

    await button(page, "Next stage…").click();
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 70% 90%/ })
      .waitFor();
    await button(page, "Start the next stage").click();
    await page.getByRole("link", { name: "staged-release-2" }).click();
    await page.getByRole("heading", { name: "Release, stage 2 of 2" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "70%" }).getByText("passed").waitFor();
    expect(await button(page, "Next stage…").count()).toBe(0);
    await button(page, "Roll back…").click();
    await button(page, "Roll back").click();
    await status(page, "Rolled back").waitFor();
    await page.getByRole("listitem").filter({ hasText: "90%" }).getByText("ended here").waitFor();
    expect(await at.liveVersion("staged")).toBe(1);
    expect(at.errors).toEqual([]);
  });

  it("goes to everybody at once where a person says so", async () => {
    await createRunning(at.admin, "at-once", { promotion: PLAN });
    await sendOutcomes(at.admin, "at-once", WINNING);
    const page = await at.open("/experiments/at-once");
    await page.getByText("Better").first().waitFor();
    await button(page, "Promote…").click();
    await dialog(page).getByLabel("To everybody at once, without stages").check();
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 50% 100%/ })
      .waitFor();
    await button(page, "Promote large").click();
    await status(page, "Promoted").waitFor();
    await expect.poll(() => at.liveVersion("at-once")).toBe(2);
  });
});

describe("a release that was cut off", () => {
  it("leaves a draft that says why it can be neither started nor edited once another version is live", async () => {
    for (const model of ["one", "two", "three"]) {
      const value = { model };
      if (model === "one") await at.admin.call(postConfig, { body: { key: "cut-off", value } });
      else await at.admin.call(postConfigVersion, { params: { key: "cut-off" }, body: { value } });
    }
    const metrics = [{ metric: "task_success", role: "primary" as const }];
    const { spec } = await at.admin.call(postRelease, {
      ...{ params: { key: "cut-off" }, body: { version: 2, metrics } },
    });
    // As it is where the database fails between the two steps of a release.
    const database = await openMainDatabase(at.server.data);
    database.exec("PRAGMA busy_timeout = 10000");
    database
      .prepare("UPDATE experiment SET status = 'draft', started_at = NULL, phases = '[]' WHERE key = ?")
      .run(spec.key);
    database.close();
    await at.admin.call(putLiveVersion, { params: { key: "cut-off" }, body: { version: 3 } });

    const page = await at.open(`/experiments/${spec.key}`);
    const reason = "Version 3 is live now. Delete this draft and start a new release.";
    await expect.poll(() => button(page, "Start…").getAttribute("title")).toBe(reason);
    await page.getByText("Not ready to start:").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await button(page, "More").click();
    await page.getByText("A stage of a release cannot be edited.", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    expect(at.errors).toEqual([]);
  });
});

describe("webhooks", () => {
  it("are set up, tried, switched off and removed by a person, and their secret is shown once", async () => {
    const page = await at.open("/webhooks");
    await page.getByText("No webhooks yet").waitFor();
    await button(page, "New webhook").click();
    await dialog(page).getByLabel("Name").fill("Deployments");
    await dialog(page).getByLabel("Address").fill("http://10.0.0.1/hook");
    await button(page, "Create webhook").click();
    await dialog(page).getByText("The webhook was not created.", { exact: false }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await dialog(page).getByLabel("Address").fill("https://receiver.invalid/bakeoff");
    await dialog(page).getByLabel("An experiment has started").uncheck();
    await button(page, "Create webhook").click();
    await dialog(page)
      .getByText(/^whsec_/)
      .waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).getByText("Store the secret and check the box first.", { exact: false }).waitFor();
    await dialog(page).getByLabel("I have stored it").check();
    await button(page, "Done").click();

    const row = page.getByRole("row", { name: /Deployments/ });
    await row.getByText("https://receiver.invalid/bakeoff").waitFor();
    await row.getByText("A winner was promoted", { exact: false }).waitFor();
    expect(await row.textContent()).not.toMatch(/whsec_|An experiment has started/);
    await button(page, "Send a test to Deployments").click();
    await page.getByText("The test message was not delivered").waitFor();
    await page.getByText("Deployments: it could not be reached").waitFor();
    await button(page, "Deliveries to Deployments").click();
    await dialog(page).getByText("webhook.test").first().waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityViolations(page)).toEqual([]);
    }
    await page.keyboard.press("Escape");
    await page.setViewportSize(PHONE);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await at.tidy();
    await button(page, "Switch Deployments off").click();
    await row.getByText("Off", { exact: true }).waitFor();
    await button(page, "Switch Deployments on").click();
    await row.getByText("On", { exact: true }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);

    await button(page, "New secret for Deployments").click();
    await dialog(page).getByText("the signatures of both secrets for a day", { exact: false }).waitFor();
    await button(page, "Make a new secret").click();
    await dialog(page)
      .getByText(/^whsec_/)
      .waitFor();
    await dialog(page)
      .getByText(/^Until .* signed with the former secret as well/)
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await dialog(page).getByText("Store the secret and check the box first.", { exact: false }).waitFor();
    await dialog(page).getByLabel("I have stored it").check();
    await button(page, "Done").click();
    await row.getByText(/^Signed with two secrets until/).waitFor();
    expect(await page.getByRole("main").textContent()).not.toContain("whsec_");

    await button(page, "Remove Deployments").click();
    await button(page, "Remove webhook").click();
    await page.getByText("No webhooks yet").waitFor();
    // The browser reports the address that was refused.
    expect(at.errors.filter((error) => !error.includes("422"))).toEqual([]);
  });
});
