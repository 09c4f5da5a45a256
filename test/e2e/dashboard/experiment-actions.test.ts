/// <reference lib="dom" />
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import {
  createRunning,
  HARMFUL,
  LOSING,
  sendOutcomes,
  untilLooks,
  WINNING,
} from "#test/e2e/support/experiment-setup.ts";
import { button, choose, dialog, ExperimentTab, status } from "#test/e2e/support/experiment-tab.ts";

let at: ExperimentTab;

beforeAll(async () => {
  at = await ExperimentTab.start();
});
afterEach(() => at.tidy());

describe("a running experiment", () => {
  it("pauses and resumes, saying in numbers what everybody gets", async () => {
    await createRunning(at.admin, "pauses");
    const page = await at.open("/experiments/pauses");
    await button(page, "Pause…").click();
    await dialog(page)
      .getByRole("row", { name: /Version 1 small, live now 50% 100%/ })
      .waitFor();
    await button(page, "Pause the experiment").click();
    await status(page, "Paused").waitFor();
    await page.getByText("Paused: all traffic gets version 1 of 'pauses' until it resumes.").waitFor();
    await button(page, "Resume…").click();
    await button(page, "Resume the experiment").click();
    await status(page, "Running").waitFor();
    await expect.poll(async () => (await at.read("pauses")).status).toBe("running");
  });

  it("promotes the proven winner, which is chosen beforehand", async () => {
    await createRunning(at.admin, "promotes");
    await sendOutcomes(at.admin, "promotes", WINNING);
    const page = await at.open("/experiments/promotes");
    await page.getByText("Better").first().waitFor();
    await button(page, "Promote…").click();
    await dialog(page)
      .getByRole("radio", { name: /^large/, checked: true })
      .waitFor();
    await dialog(page)
      .getByText(/Task success .*proven better/)
      .waitFor();
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 50% 100%/ })
      .waitFor();
    await dialog(page).getByLabel("Reason").fill("It wins");
    await button(page, "Promote large").click();
    await status(page, "Promoted").waitFor();
    await page.getByText("Promoted by the admin key: 'large' (version 2) went live.").waitFor();
    await page.getByText(/All traffic now gets version 2\. Reason: It wins/).waitFor();
    await expect.poll(() => at.liveVersion("promotes")).toBe(2);
    expect(await button(page, "Promote…").count()).toBe(0);
    expect(at.errors).toEqual([]);
  });

  it("never chooses a losing variant beforehand, and warns of promoting one", async () => {
    await createRunning(at.admin, "loses");
    // While it runs a loss like this ends it within a second.
    await at.act("loses", "pause");
    await sendOutcomes(at.admin, "loses", LOSING);
    const page = await at.open("/experiments/loses");
    await page.getByText("Worse").first().waitFor();
    await button(page, "Promote…").click();
    expect(await dialog(page).getByRole("radio", { checked: true }).count()).toBe(0);
    await button(page, /^Promote$/).click();
    await dialog(page).getByText("Choose the variant to promote.").waitFor();
    await dialog(page)
      .getByRole("radio", { name: /^large/ })
      .check();
    await dialog(page).getByText("'large' is proven worse than control.").waitFor();
    await button(page, "Cancel").click();
    expect((await at.read("loses")).status).toBe("paused");
  });

  it("excludes a stretch of time with a reason, and shows it from then on", async () => {
    await createRunning(at.admin, "had-an-outage");
    const page = await at.open("/experiments/had-an-outage");
    await choose(page, "More", "Exclude a time range…");
    await button(page, "Exclude time range").click();
    await dialog(page).getByText("Enter what went wrong.").waitFor();
    await dialog(page).getByLabel("From").fill("2026-01-01T10:00");
    await dialog(page).getByLabel("Until").fill("2026-01-01T10:00");
    await dialog(page).getByLabel("Reason").fill("Bad release");
    await button(page, "Exclude time range").click();
    await dialog(page).getByText("A stretch ends after it begins.").waitFor();
    await dialog(page).getByLabel("Until").fill("2026-01-01T10:30");
    await button(page, "Exclude time range").click();
    await dialog(page).waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Traffic" }).click();
    await page.getByText(/Jan 1, 2026, 10:00 AM to Jan 1, 2026, 10:30 AM/).waitFor();
    expect((await at.read("had-an-outage")).exclusions).toMatchObject([{ reason: "Bad release" }]);
  });

  it("rolls back, which deploys nothing", async () => {
    await createRunning(at.admin, "rolls-back");
    const page = await at.open("/experiments/rolls-back");
    await button(page, "Roll back…").click();
    await dialog(page)
      .getByRole("row", { name: /Version 1 small, live now 50% 100%/ })
      .waitFor();
    await button(page, "Roll back").click();
    await status(page, "Rolled back").waitFor();
    await page.getByText("Rolled back by the admin key: the live version is unchanged.").waitFor();
    await expect.poll(() => at.liveVersion("rolls-back")).toBe(1);
  });

  it("stops without a winner", async () => {
    await createRunning(at.admin, "stops");
    const page = await at.open("/experiments/stops");
    await choose(page, "More", "Stop without a winner…");
    await button(page, "Stop the experiment").click();
    await status(page, "Stopped").waitFor();
    await page.getByText("Stopped by the admin key: the live version is unchanged.").waitFor();
    await expect.poll(async () => (await at.read("stops")).conclusion?.action).toBe("stop");
  });

  it("raises its coverage, never lowers it", async () => {
    await createRunning(at.admin, "grows", { coverage: 0.2 });
    const page = await at.open("/experiments/grows");
    await choose(page, "More", "Raise coverage…");
    const field = dialog(page).getByLabel("Coverage");
    await field.fill("10");
    await dialog(page).getByText("Coverage can only be increased. Enter more than 20%.").waitFor();
    await button(page, "Raise coverage").click();
    await field.fill("60");
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 10% 30%/ })
      .waitFor();
    await button(page, "Raise coverage").click();
    await page.getByText(/^Coverage raised: /).waitFor();
    await expect.poll(async () => (await at.read("grows")).spec.coverage).toBe(0.6);
  });

  it("announces a guardrail's rollback to who is watching, and turns to the ended state in place", async () => {
    // After its first look, no other one of the schedule comes before the aggregator's own watch.
    await createRunning(at.admin, "is-harmed", { analysisIntervalSeconds: 86_400 });
    await untilLooks(at.server, "is-harmed", 1);
    const page = await at.open("/experiments/is-harmed");
    await status(page, "Running").waitFor();
    await page.evaluate(() => document.querySelector("h1")?.setAttribute("data-kept", "yes"));
    await sendOutcomes(at.admin, "is-harmed", HARMFUL);
    await status(page, "Rolled back").waitFor();
    const message = page.locator("[aria-live=polite]", { hasText: "This experiment has ended" });
    await message.getByText(/Rolled back: 'large' harms the guardrail errors/).waitFor();
    await page
      .getByRole("region", { name: "Verdict" })
      .getByText(/decided by the guardrail monitor/)
      .waitFor();
    await page.getByRole("region", { name: "Guardrails at a glance" }).getByText("Harmed").waitFor();
    expect(await page.locator("h1").getAttribute("data-kept")).toBe("yes");
    expect(await button(page, "Pause…").count()).toBe(0);
    await expect.poll(() => at.liveVersion("is-harmed")).toBe(1);
  });

  it("refuses to act on what somebody else has changed, and says so before and after", async () => {
    await createRunning(at.admin, "conflicts");
    const page = await at.open("/experiments/conflicts");
    await button(page, "Roll back…").click();
    await at.act("conflicts", "pause");
    await dialog(page)
      .getByText(/has changed since you opened this dialog/)
      .waitFor();
    await button(page, "Roll back").click();
    await page.getByText("Not rolled back", { exact: true }).waitFor();
    await page.getByText(/Someone else changed the experiment after you opened this dialog/).waitFor();
    await status(page, "Paused").waitFor();
    expect((await at.read("conflicts")).status).toBe("paused");
  });

  it("shows the new status at once, and takes it back when the API refuses", async () => {
    await createRunning(at.admin, "is-refused");
    const page = await at.open("/experiments/is-refused");
    await status(page, "Running").waitFor();
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/v1/experiments/is-refused/pause", async (route) => {
      await held;
      await route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({
          type: "about:blank",
          title: "Not now",
          status: 503,
          code: "temporarily_unavailable",
          detail: "The database does not answer.",
        }),
      });
    });
    // Polls between the click and the answer would tell the truth too early.
    await page.route("**/v1/experiments/is-refused", async (route) => {
      await held;
      await route.continue();
    });
    await button(page, "Pause…").click();
    await button(page, "Pause the experiment").click();
    await status(page, "Paused").waitFor();
    answer();
    await page.getByText("Not paused", { exact: true }).waitFor();
    await page.getByText("The database does not answer.").waitFor();
    await status(page, "Running").waitFor();
  });

  it("offers its actions in the command palette", async () => {
    await createRunning(at.admin, "is-commanded");
    const page = await at.open("/experiments/is-commanded");
    await status(page, "Running").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Search commands/ }).fill("Pause");
    await page.getByRole("option", { name: /Pause “/ }).click();
    await dialog(page).getByText("Pause the experiment?").waitFor();
  });

  it("tells a reader's key why it may not act", async () => {
    await createRunning(at.admin, "is-read");
    const key = await createReaderKey(at.server);
    const page = await at.open("/experiments/is-read", key);
    const pause = page.locator('button[title="Your key is read-only."]', { hasText: "Pause…" });
    await pause.waitFor();
    await pause.click({ force: true });
    await page.getByRole("button", { name: "More", exact: true }).click();
    const stop = page.getByRole("menuitem", { name: /Stop without a winner/ });
    await stop.waitFor();
    expect(await dialog(page).count()).toBe(0);
    await expect.poll(() => stop.getAttribute("aria-disabled")).toBe("true");
    await expect.poll(() => stop.textContent()).toContain("Your key is read-only.");
  });
});
