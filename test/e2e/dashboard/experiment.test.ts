/// <reference lib="dom" />
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { aiConfig } from "../../../src/model/ai-config.ts";
import { experiment } from "../../../src/model/experiment.ts";
import { decisionList } from "../../../src/model/listing.ts";
import { createReaderKey } from "../support/create-key.ts";
import { accessibilityViolations, DashboardStack, PHONE, WIDE } from "../support/dashboard-stack.ts";
import { createDraft, createRunning, sendOutcomes } from "../support/experiment-setup.ts";
import { ADMIN_KEY } from "../support/server.ts";
import { untilItWorks } from "../support/server-patience.ts";

const PATIENCE_MILLISECONDS = 30_000;
const TABS = ["Results", "Segments", "Traffic", "Decisions", "Setup"] as const;

/** Three treatments' worth of trouble is another test's matter: one clear winner, one clear loser. */
const WINNING = {
  small: { units: 300, success: 0.5, error: 0.01 },
  large: { units: 300, success: 0.85, error: 0.01 },
};
const LOSING = {
  small: { units: 300, success: 0.85, error: 0.01 },
  large: { units: 300, success: 0.5, error: 0.01 },
};
const HARMFUL = {
  small: { units: 300, success: 0.7, error: 0.01 },
  large: { units: 300, success: 0.7, error: 0.5 },
};

let stack: DashboardStack;
let tab: Page;

beforeAll(async () => {
  stack = await DashboardStack.start();
  // One tab for all: a fresh browser context per test costs more than the test.
  tab = await stack.newPage();
  tab.setDefaultTimeout(PATIENCE_MILLISECONDS);
});

afterAll(async () => {
  await stack?.stop();
});

afterEach(async () => {
  await tab.unrouteAll({ behavior: "ignoreErrors" });
  await tab.setViewportSize(WIDE);
  await tab.emulateMedia({ media: null, colorScheme: "light" });
});

/** Opens a path signed in. @param key by default the admin's */
async function open(path: string, key = ADMIN_KEY): Promise<Page> {
  const isHere = tab.url() === stack.server.dashboard + path;
  stack.consoleErrors.length = 0;
  await tab.goto(`${stack.server.dashboard}${path}#key=${key}`);
  // Where only the fragment differs, going there loads nothing.
  if (isHere) await tab.reload();
  return tab;
}

const read = (key: string) => stack.server.admin.get(`/v1/experiments/${key}`, experiment);
const liveVersion = async (key: string) =>
  (await stack.server.admin.get(`/v1/configs/${key}`, aiConfig)).liveVersion;
const act = (key: string, verb: string, body: object = {}) =>
  stack.server.admin.post(`/v1/experiments/${key}/${verb}`, body, experiment);

const status = (page: Page, word: string) =>
  page.locator(".experiment-title .badge", { hasText: new RegExp(`^${word}$`) });
const dialog = (page: Page) => page.getByRole("dialog");
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

/** Opens the menu and chooses. */
async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Runs the schedule until an experiment has as many stored decisions. */
async function untilDecided(key: string, count = 1): Promise<void> {
  stack.server.runSchedule();
  await untilItWorks(async () => {
    const { decisions } = await stack.server.admin.get(`/v1/experiments/${key}/decisions`, decisionList);
    if (decisions.length < count) throw new Error("not decided yet");
  }, PATIENCE_MILLISECONDS);
}

describe("a draft", () => {
  it("says what starting does, and starts by two clicks", async () => {
    await createDraft(stack.server.admin, "starts-by-click", { coverage: 0.4 });
    const page = await open("/experiments/starts-by-click");
    await page.getByText("Not started: everybody gets version 1 of 'starts-by-click'.").waitFor();
    await page.getByText("Nothing is missing. It can start.").waitFor();
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
    await expect.poll(async () => (await read("starts-by-click")).status).toBe("running");
    await page.getByRole("tab", { name: "Decisions" }).click();
    await page.getByText("“The review is done”").waitFor();
    expect(stack.consoleErrors).toEqual([]);
  });

  it("starts by keyboard alone, and Escape gives the focus back", async () => {
    await createDraft(stack.server.admin, "starts-by-keys");
    const page = await open("/experiments/starts-by-keys");
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
    await expect.poll(async () => (await read("starts-by-keys")).status).toBe("running");
  });

  it("names what stands in the way of the start", async () => {
    await createDraft(stack.server.admin, "is-blocked");
    await createBlocker("is-blocked", "is-in-the-way");
    const page = await open("/experiments/is-blocked");
    await page.getByText("It cannot start yet:").waitFor();
    await page.getByText(/“.*is-in-the-way.*” is active on the same AI config/).waitFor();
    await button(page, "Start…").click();
    await button(page, "Start the experiment").click();
    await page.getByText("Not started", { exact: true }).waitFor();
    await page.getByText(/'is-in-the-way' is active on this AI config/).waitFor();
    await status(page, "Draft").waitFor();
  });

  it("is duplicated, and deleted after a question", async () => {
    await createDraft(stack.server.admin, "is-deleted");
    const page = await open("/experiments/is-deleted");
    await choose(page, "More", "Duplicate");
    await page.waitForURL("**/new/experiment?from=is-deleted");
    await page.goBack();
    await choose(page, "More", "Delete draft…");
    await button(page, "Delete the draft").click();
    await page.waitForURL("**/experiments");
    await page.getByText(/^Deleted: /).waitFor();
    await expect(read("is-deleted")).rejects.toThrow("experiment_not_found");
  });
});

/** Another experiment, running, on the AI config of a given one. */
async function createBlocker(config: string, key: string): Promise<void> {
  const { spec } = await read(config);
  const { hashVersion: _fixed, ...input } = spec;
  await stack.server.admin.post("/v1/experiments", { ...input, key, name: key, seed: key }, experiment);
  await act(key, "start");
}

describe("a running experiment", () => {
  it("pauses and resumes, saying in numbers what everybody gets", async () => {
    await createRunning(stack.server.admin, "pauses");
    const page = await open("/experiments/pauses");
    await button(page, "Pause…").click();
    await dialog(page)
      .getByRole("row", { name: /Version 1 small, live now 50% 100%/ })
      .waitFor();
    await button(page, "Pause the experiment").click();
    await status(page, "Paused").waitFor();
    await page.getByText("Paused: everybody gets version 1 of 'pauses' until it resumes.").waitFor();
    await button(page, "Resume…").click();
    await button(page, "Resume the experiment").click();
    await status(page, "Running").waitFor();
    await expect.poll(async () => (await read("pauses")).status).toBe("running");
  });

  it("promotes the proven winner, which is chosen beforehand", async () => {
    await createRunning(stack.server.admin, "promotes");
    await sendOutcomes(stack.server.admin, "promotes", WINNING);
    const page = await open("/experiments/promotes");
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
    await page.getByText("Promoted by the admin key: 'large' (version 2) became live.").waitFor();
    await page.getByText(/Everybody gets version 2 now\. Reason: It wins/).waitFor();
    await expect.poll(() => liveVersion("promotes")).toBe(2);
    expect(await button(page, "Promote…").count()).toBe(0);
    expect(stack.consoleErrors).toEqual([]);
  });

  it("never chooses a losing variant beforehand, and warns of promoting one", async () => {
    await createRunning(stack.server.admin, "loses");
    await sendOutcomes(stack.server.admin, "loses", LOSING);
    const page = await open("/experiments/loses");
    await page.getByText("Worse").first().waitFor();
    await button(page, "Promote…").click();
    expect(await dialog(page).getByRole("radio", { checked: true }).count()).toBe(0);
    await button(page, /^Promote$/).click();
    await dialog(page).getByText("Choose the variant whose version everybody will get.").waitFor();
    await dialog(page)
      .getByRole("radio", { name: /^large/ })
      .check();
    await dialog(page).getByText("'large' is proven worse than control.").waitFor();
    await button(page, "Cancel").click();
    expect((await read("loses")).status).toBe("running");
  });

  it("rolls back to control", async () => {
    await createRunning(stack.server.admin, "rolls-back");
    const page = await open("/experiments/rolls-back");
    await button(page, "Roll back…").click();
    await dialog(page)
      .getByRole("row", { name: /Version 1 small, live now 50% 100%/ })
      .waitFor();
    await button(page, "Roll back to control").click();
    await status(page, "Rolled back").waitFor();
    await page.getByText("Rolled back by the admin key: 'small' (version 1) became live.").waitFor();
    await expect.poll(() => liveVersion("rolls-back")).toBe(1);
  });

  it("stops without a winner", async () => {
    await createRunning(stack.server.admin, "stops");
    const page = await open("/experiments/stops");
    await choose(page, "More", "Stop without a winner…");
    await button(page, "Stop the experiment").click();
    await status(page, "Stopped").waitFor();
    await page.getByText("Stopped by the admin key: what was live stays live.").waitFor();
    await expect.poll(async () => (await read("stops")).conclusion?.action).toBe("stop");
  });

  it("raises its coverage, never lowers it", async () => {
    await createRunning(stack.server.admin, "grows", { coverage: 0.2 });
    const page = await open("/experiments/grows");
    await choose(page, "More", "Raise coverage…");
    const field = dialog(page).getByLabel("Units that take part");
    await field.fill("10");
    await dialog(page).getByText("Coverage may only grow: more than 20%.").waitFor();
    await button(page, "Raise coverage").click();
    await field.fill("60");
    await dialog(page)
      .getByRole("row", { name: /Version 2 large 10% 30%/ })
      .waitFor();
    await button(page, "Raise coverage").click();
    await page.getByText(/^Coverage raised: /).waitFor();
    await expect.poll(async () => (await read("grows")).spec.coverage).toBe(0.6);
  });

  it("announces a guardrail's rollback to who is watching, and turns to the ended state in place", async () => {
    await createRunning(stack.server.admin, "is-harmed");
    const page = await open("/experiments/is-harmed");
    await status(page, "Running").waitFor();
    await page.evaluate(() => document.querySelector("h1")?.setAttribute("data-kept", "yes"));
    await sendOutcomes(stack.server.admin, "is-harmed", HARMFUL);
    await status(page, "Rolled back").waitFor();
    const message = page.locator("[aria-live=polite]", { hasText: "This experiment has ended" });
    await message.getByText(/Rolled back: 'large' harms the guardrail errors/).waitFor();
    await page
      .getByRole("region", { name: "Verdict" })
      .getByText(/decided by the guardrail watch/)
      .waitFor();
    await page.getByRole("region", { name: "Guardrails at a glance" }).getByText("Harmed").waitFor();
    expect(await page.locator("h1").getAttribute("data-kept")).toBe("yes");
    expect(await button(page, "Pause…").count()).toBe(0);
    await expect.poll(() => liveVersion("is-harmed")).toBe(1);
  });

  it("refuses to act on what somebody else has changed, and says so before and after", async () => {
    await createRunning(stack.server.admin, "conflicts");
    const page = await open("/experiments/conflicts");
    await button(page, "Roll back…").click();
    await act("conflicts", "pause");
    await dialog(page)
      .getByText(/has changed since you opened this dialog/)
      .waitFor();
    await button(page, "Roll back to control").click();
    await page.getByText("Not rolled back", { exact: true }).waitFor();
    await page.getByText(/Somebody changed it after you opened the dialog/).waitFor();
    await status(page, "Paused").waitFor();
    expect((await read("conflicts")).status).toBe("paused");
  });

  it("shows the new status at once, and takes it back when the API refuses", async () => {
    await createRunning(stack.server.admin, "is-refused");
    const page = await open("/experiments/is-refused");
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
    await createRunning(stack.server.admin, "is-commanded");
    const page = await open("/experiments/is-commanded");
    await status(page, "Running").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Search commands/ }).fill("Pause");
    await page.getByRole("option", { name: /Pause “/ }).click();
    await dialog(page).getByText("Pause the experiment?").waitFor();
  });

  it("tells a reader's key why it may not act", async () => {
    await createRunning(stack.server.admin, "is-read");
    const key = await createReaderKey(stack.server);
    const page = await open("/experiments/is-read", key);
    const pause = page.locator('button[title="Your key may only read."]', { hasText: "Pause…" });
    await pause.waitFor();
    await pause.click({ force: true });
    await page.getByRole("button", { name: "More", exact: true }).click();
    const stop = page.getByRole("menuitem", { name: /Stop without a winner/ });
    await stop.waitFor();
    expect(await dialog(page).count()).toBe(0);
    await expect.poll(() => stop.getAttribute("aria-disabled")).toBe("true");
    await expect.poll(() => stop.textContent()).toContain("Your key may only read.");
  });
});

describe("the tabs of an experiment", () => {
  const KEY = "has-tabs";

  beforeAll(async () => {
    await createRunning(stack.server.admin, KEY);
    await sendOutcomes(stack.server.admin, KEY, WINNING);
    await sendOutcomes(stack.server.admin, KEY, { small: { units: 3, success: 0.5, error: 0 } });
    await untilDecided(KEY);
    await act(KEY, "pause", { reason: "Looking at the logs" });
    await act(KEY, "resume");
  });

  it("keep the chosen one in the address", async () => {
    const page = await open(`/experiments/${KEY}`);
    await page.getByRole("tab", { name: "Setup" }).click();
    await page.waitForURL("**?tab=setup");
    await page.reload();
    await expect
      .poll(() => page.getByRole("tab", { name: "Setup" }).getAttribute("aria-selected"))
      .toBe("true");
  });

  it("show the traffic against the weights, the data's quality, and verify it on demand", async () => {
    const page = await open(`/experiments/${KEY}?tab=traffic`);
    const ratio = page.getByRole("region", { name: "Sample ratio" });
    await ratio.getByText("As planned").waitFor();
    await ratio.getByRole("row", { name: "large 300 300" }).waitFor();
    const quality = page.getByRole("region", { name: "Data quality" });
    await quality.getByRole("row", { name: /Duplicates dropped 3 \(0\.50%\)/ }).waitFor();
    await quality.getByRole("row", { name: /Rejected 0/ }).waitFor();
    await button(page, "Rebuild from the log and compare").click();
    await page.getByText("They agree.").waitFor();
    await page.getByText(/600 events of 600 units read/).waitFor();
    expect(stack.consoleErrors).toEqual([]);
  });

  it("draw the units of every variant over time", async () => {
    const points = [1, 2, 3].map((step) => ({
      takenAt: Date.now() - (4 - step) * 60_000,
      units: 200 * step,
      crossedOverUnits: 0,
      observed: ["small", "large"].map((variant) => ({ variant, units: 100 * step, expected: 100 * step })),
      sampleRatioPValue: 1,
      comparisons: [],
    }));
    await tab.route("**/series*", (route) =>
      route.fulfill({ json: { experiment: KEY, metric: "task_success", points } }),
    );
    const page = await open(`/experiments/${KEY}?tab=traffic`);
    const figure = page.getByRole("img", { name: "Units per variant over time" });
    await figure.waitFor();
    await expect.poll(() => figure.locator("circle").count()).toBe(6);
    await expect
      .poll(() => figure.locator("circle title").first().textContent())
      .toContain("100 units, 100 expected");
    expect(stack.consoleErrors).toEqual([]);
  });

  it("tell every decision with the evidence of all rules, and what people did", async () => {
    const page = await open(`/experiments/${KEY}?tab=decisions`);
    await page.getByText("“Looking at the logs”").waitFor();
    const titles = () => page.locator(".timeline-head h3").allTextContents();
    await expect
      .poll(async () => (await titles()).slice(-2))
      .toEqual(["Started by the admin key", "Created by the admin key"]);
    await expect.poll(titles).toContain("Paused by the admin key");
    await expect.poll(titles).toContain("Keep going");
    await page.getByText("Evidence of all 6 rules").last().click();
    const rules = page.locator(".timeline-evidence[open] .evidence-line");
    await expect.poll(() => rules.count()).toBe(6);
    await expect.poll(() => rules.nth(2).textContent()).toContain("Is the minimum still to be reached? Yes");
    await expect.poll(() => rules.nth(3).textContent()).toContain("1 treatment better on task_success");
    await expect.poll(() => rules.nth(5).textContent()).toContain("No maximum was set");
    await rules.nth(2).getByText("Exact numbers").click();
    await expect.poll(() => rules.nth(2).textContent()).toContain("minimumUnits1000000");
  });

  it("fold equal decisions into one entry, and load older pages on demand", async () => {
    const { decisions } = await stack.server.admin.get(`/v1/experiments/${KEY}/decisions`, decisionList);
    const [sample] = decisions;
    if (!sample) throw new Error("there is no decision");
    const at = (index: number) => ({ ...sample, takenAt: sample.takenAt + 1_000_000 - index * 1_000 });
    await tab.route("**/decisions*", (route) => {
      const before = new URL(route.request().url()).searchParams.get("before");
      const start = before === null ? 0 : 50;
      const count = before === null ? 50 : 10;
      return route.fulfill({
        json: { decisions: Array.from({ length: count }, (_, index) => at(start + index)) },
      });
    });
    const page = await open(`/experiments/${KEY}?tab=decisions`);
    await page.getByText("50 looks by the schedule").waitFor();
    await button(page, "Show older decisions").click();
    await page.getByText("60 looks by the schedule").waitFor();
    await button(page, "Show older decisions").waitFor({ state: "detached" });
  });

  it("show what is compared, with what each treatment changes", async () => {
    const page = await open(`/experiments/${KEY}?tab=setup`);
    await page.locator(".text-diff ins", { hasText: "Two sentences are enough." }).waitFor();
    for (const words of [
      "100% of the units take part",
      "20% of control's value",
      "A variant is promoted once it is proven better than control on Task success",
      "1,000,000 units",
    ])
      await expect.poll(() => page.getByRole("main").textContent()).toContain(words);
  });

  it.each(["light", "dark"] as const)("have no accessibility violations in %s mode", async (colorScheme) => {
    const page = await open(`/experiments/${KEY}`);
    await page.emulateMedia({ colorScheme });
    for (const name of TABS) {
      await page.getByRole("tab", { name }).click();
      await page.getByRole("tabpanel", { name }).waitFor();
      expect({ name, found: await accessibilityViolations(page) }).toEqual({ name, found: [] });
    }
    await button(page, "Promote…").click();
    await dialog(page).locator(":focus").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("need no horizontal scrolling at 390 px", async () => {
    const page = await open(`/experiments/${KEY}`);
    await page.setViewportSize(PHONE);
    for (const name of TABS) {
      await page.getByRole("tab", { name }).click();
      await page.getByRole("tabpanel", { name }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
    expect(stack.consoleErrors).toEqual([]);
  });
});

describe("the results on paper and as files", () => {
  const KEY = "is-exported";

  beforeAll(async () => {
    await createRunning(stack.server.admin, KEY);
    await sendOutcomes(stack.server.admin, KEY, WINNING);
    // Ended, the numbers stand still: two reads of one report are the same bytes.
    await act(KEY, "stop", { reason: "Enough seen" });
  });

  it.each([
    ["CSV, for spreadsheets", "csv", "csv"],
    ["JSON, everything", "json", "json"],
    ["Markdown report", "markdown", "md"],
    ["HTML page", "html", "html"],
  ])("downloads %s, byte for byte what the API says", async (item, format, extension) => {
    const page = await open(`/experiments/${KEY}`);
    await status(page, "Stopped").waitFor();
    const started = page.waitForEvent("download");
    let answered = "";
    await page.route(`**/v1/experiments/${KEY}/report?format=${format}`, async (route) => {
      const response = await route.fetch();
      answered = await response.text();
      await route.fulfill({ response, body: answered });
    });
    await choose(page, "Export", item);
    const download = await started;
    expect(download.suggestedFilename()).toMatch(
      new RegExp(`^bakeoff-${KEY}-\\d{4}-\\d{2}-\\d{2}\\.${extension}$`),
    );
    expect(await readFile(await download.path(), "utf8")).toBe(answered);
    expect(answered).toContain("large");
    expect(stack.consoleErrors).toEqual([]);
  });

  it("prints on A4: everything a decision rests on, and nothing to press", async () => {
    const page = await open(`/experiments/${KEY}/print`);
    await page.getByText("Stopped by the admin key: what was live stays live.").waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
    for (const words of ["Task success", "Errors", "Latency", "Cost", "Is there a winner?", "always valid"])
      await expect.poll(() => page.getByRole("main").textContent()).toContain(words);
    await expect.poll(() => page.locator("svg.print-interval").count()).toBe(4);
    const printed = page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          window.print = () => resolve(true);
        }),
    );
    await button(page, "Print").click();
    expect(await printed).toBe(true);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.emulateMedia({ media: "print" });
    await button(page, "Print").waitFor({ state: "hidden" });
    expect((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString()).toBe("%PDF-");
    expect(stack.consoleErrors).toEqual([]);
  });
});
