/// <reference lib="dom" />
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { postExperiment } from "#contract/experiments.ts";
import { createDraft } from "#test/e2e/support/experiment-setup.ts";
import { button, choose, dialog, ExperimentTab, status } from "#test/e2e/support/experiment-tab.ts";

let at: ExperimentTab;

beforeAll(async () => {
  at = await ExperimentTab.start();
});
afterEach(() => at.tidy());

/** Another experiment, running, on the AI config of a given one. */
async function createBlocker(config: string, key: string): Promise<void> {
  const { spec } = await at.read(config);
  const { hashVersion: _fixed, horizon: _horizon, ...input } = spec;
  await at.admin.call(postExperiment, { body: { ...input, key, name: key, seed: key } });
  await at.act(key, "start");
}

describe("a draft", () => {
  it("says what starting does, and starts by two clicks", async () => {
    await createDraft(at.admin, "starts-by-click", { coverage: 0.4 });
    const page = await at.open("/experiments/starts-by-click");
    await page.getByText("Not started: all traffic gets version 1 of 'starts-by-click'.").waitFor();
    await page.getByText("Ready to start.").waitFor();
    await expect.poll(() => page.getByRole("tab").allTextContents()).toEqual(["Setup", "Decisions"]);
    await button(page, "Start…").click();
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 0% 20%/ })
      .waitFor();
    await dialog(page)
      .getByRole("row", { name: /Version 1 small, live now 100% 80%/ })
      .waitFor();
    await dialog(page).getByLabel("Reason").fill("The review is done");
    await button(page, "Start the experiment").click();
    await status(page, "Running").waitFor();
    await page.getByRole("tab", { name: "Results" }).waitFor();
    await page.getByText("Waiting for the first unit").waitFor();
    await expect.poll(async () => (await at.read("starts-by-click")).status).toBe("running");
    await page.getByRole("tab", { name: "Decisions" }).click();
    await page.getByText("“The review is done”").waitFor();
    expect(at.errors).toEqual([]);
  });

  it("starts by keyboard alone, and Escape gives the focus back", async () => {
    await createDraft(at.admin, "starts-by-keys");
    const page = await at.open("/experiments/starts-by-keys");
    const start = button(page, "Start…");
    // Until the AI config is here nobody can say what starting will do.
    await expect.poll(() => start.getAttribute("aria-disabled")).toBeNull();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    for (let step = 0; step < 40 && (await focused()) !== "Start…"; step++) await page.keyboard.press("Tab");
    expect(await focused()).toBe("Start…");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    await expect.poll(focused).toBe("Start…");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await dialog(page).locator(":focus").waitFor();
    for (let step = 0; step < 10 && (await focused()) !== "Start the experiment"; step++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await status(page, "Running").waitFor();
    await expect.poll(async () => (await at.read("starts-by-keys")).status).toBe("running");
  });

  it("names what stands in the way of the start", async () => {
    await createDraft(at.admin, "is-blocked");
    await createBlocker("is-blocked", "is-in-the-way");
    const page = await at.open("/experiments/is-blocked");
    await page.getByText("Not ready to start:").waitFor();
    await page.getByText(/“.*is-in-the-way.*” is active on the same AI config/).waitFor();
    await button(page, "Start…").click();
    await button(page, "Start the experiment").click();
    await page.getByText("Not started", { exact: true }).waitFor();
    await page.getByText(/'is-in-the-way' is active on this AI config/).waitFor();
    await status(page, "Draft").waitFor();
  });

  it("is duplicated, and deleted after a question", async () => {
    await createDraft(at.admin, "is-deleted");
    const page = await at.open("/experiments/is-deleted");
    await choose(page, "More", "Duplicate");
    await page.waitForURL("**/new/experiment?from=is-deleted");
    await page.goBack();
    await choose(page, "More", "Delete draft…");
    await button(page, "Delete the draft").click();
    await page.waitForURL("**/experiments");
    await page.getByText(/^Deleted: /).waitFor();
    await expect(at.read("is-deleted")).rejects.toThrow("experiment_not_found");
  });
});
