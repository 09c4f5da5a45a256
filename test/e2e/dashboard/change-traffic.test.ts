/// <reference lib="dom" />
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createRunning, sendOutcomes, WINNING } from "#test/e2e/support/experiment-setup.ts";
import { button, dialog, ExperimentTab } from "#test/e2e/support/experiment-tab.ts";

let at: ExperimentTab;

/** What the browser itself says of a change that the API refuses. */
const REFUSED = "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)";

beforeAll(async () => {
  at = await ExperimentTab.start();
});
afterEach(() => at.tidy());

describe("the traffic of a running experiment", () => {
  const KEY = "changes-traffic";

  beforeAll(async () => {
    await createRunning(at.admin, KEY);
    await sendOutcomes(at.admin, KEY, { ...WINNING, large: { units: 20, success: 0.5, error: 0 } });
  });

  it("changes after its consequences were shown, and the page says which phases there are", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=setup`);
    await button(page, "Change traffic…").click();
    const form = dialog(page);
    const [small, large] = ["small", "large"].map((name) => form.getByLabel(name, { exact: true }));
    await small?.fill("30");
    await large?.fill("60");
    await form.getByRole("button", { name: "Show what happens" }).click();
    await form.getByText(/the weights sum to 0\.9/).waitFor();
    await large?.fill("70");
    await form.getByRole("button", { name: "Show what happens" }).click();
    await form.getByRole("heading", { name: "What happens" }).waitFor();
    await form.getByText(/^Phase 2 begins\./).waitFor();
    await form.getByText(/of the units that take part get another variant/).waitFor();
    expect((await at.read(KEY)).phases).toHaveLength(1);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await accessibilityViolations(page)).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    await small?.fill("40");
    await expect.poll(() => form.getByRole("heading", { name: "What happens" }).count()).toBe(0);
    await small?.fill("30");
    await form.getByLabel("Reason").fill("More evidence of the larger one");
    await form.getByRole("button", { name: "Show what happens" }).click();
    await form.getByRole("button", { name: "Apply the change" }).click();
    await page
      .getByRole("list", { name: "Phases" })
      .getByText(/weights changed by hand/)
      .waitFor();
    const { phases } = await at.read(KEY);
    expect(phases[1]?.weights).toEqual([0.3, 0.7].map((weight) => expect.closeTo(weight, 9)));
    await page.setViewportSize(PHONE);
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
      .toBe(true);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.goto(page.url().replace("tab=setup", "tab=decisions"));
    await page.getByText("Traffic or rules changed").waitFor();
    await page.getByText("More evidence of the larger one").waitFor();
    expect(at.errors).toEqual([REFUSED]);
  });

  it("cannot shrink in coverage, and the field says why", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=setup`);
    await button(page, "Change traffic…").click();
    await dialog(page).getByLabel("Coverage").fill("half");
    await dialog(page).getByRole("button", { name: "Show what happens" }).click();
    await dialog(page).getByText("Enter a number.").waitFor();
    await dialog(page).getByLabel("Coverage").fill("50");
    await dialog(page).getByRole("button", { name: "Show what happens" }).click();
    await dialog(page)
      .getByText(/nobody knows who has had one/)
      .waitFor();
    expect(at.errors).toEqual([REFUSED]);
  });
});
