/// <reference lib="dom" />
import { readFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { getDecisions } from "#contract/results.ts";
import { type DecisionRuleName, decisionRuleNameSchema } from "#model/analysis/decision.ts";
import { experimentResultsSchema } from "#model/analysis/results.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createRunning, sendOutcomes, WINNING } from "#test/e2e/support/experiment-setup.ts";
import { button, choose, dialog, ExperimentTab, status } from "#test/e2e/support/experiment-tab.ts";

const TABS = ["Results", "Segments", "Traffic", "Decisions", "Setup"] as const;

let at: ExperimentTab;

beforeAll(async () => {
  at = await ExperimentTab.start();
});
afterEach(() => at.tidy());

describe("the tabs of an experiment", () => {
  const KEY = "has-tabs";

  beforeAll(async () => {
    await createRunning(at.admin, KEY);
    await sendOutcomes(at.admin, KEY, WINNING);
    await sendOutcomes(at.admin, KEY, { small: { units: 3, success: 0.5, error: 0 } });
    await at.untilDecided(KEY);
    await at.act(KEY, "pause", { reason: "Looking at the logs" });
    await at.act(KEY, "resume");
  });

  it("keep the chosen one in the address", async () => {
    const page = await at.open(`/experiments/${KEY}`);
    // Again while the page is still being drawn.
    await expect
      .poll(async () => {
        await page.getByRole("tab", { name: "Setup" }).click();
        return page.url();
      })
      .toContain("?tab=setup");
    await page.reload();
    await expect
      .poll(() => page.getByRole("tab", { name: "Setup" }).getAttribute("aria-selected"))
      .toBe("true");
  });

  it("show the traffic against the weights, the data's quality, and verify it on demand", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=traffic`);
    const ratio = page.getByRole("region", { name: "Sample ratio" });
    await ratio.getByText("As planned").waitFor();
    await ratio.getByRole("row", { name: "large 300 300" }).waitFor();
    const quality = page.getByRole("region", { name: "Data quality" });
    await quality.getByRole("row", { name: /Duplicates dropped 3 \(0\.50%\)/ }).waitFor();
    await quality.getByRole("row", { name: /Rejected 0/ }).waitFor();
    await button(page, "Verify").click();
    await page.getByText("The totals match.").waitFor();
    await page.getByText(/600 events of 600 units read/).waitFor();
    expect(at.errors).toEqual([]);
  });

  it("say how many values of restricted metrics came by client keys", async () => {
    await at.tab.route(`**/experiments/${KEY}/results*`, async (route) => {
      const response = await route.fetch();
      const results = experimentResultsSchema.parse(await response.json());
      const analysis = { ...results.analysis, untrustedValues: 1_204 };
      await route.fulfill({ response, json: { ...results, analysis } });
    });
    const page = await at.open(`/experiments/${KEY}?tab=traffic`);
    const quality = page.getByRole("region", { name: "Data quality" });
    await quality.getByRole("row", { name: /Server keys only 1,204 \(not used\)/ }).waitFor();
    expect(at.errors).toEqual([]);
  });

  it("draw the units of every variant over time", async () => {
    const points = [1, 2, 3].map((step) => ({
      takenAt: Date.now() - (4 - step) * 60_000,
      units: 200 * step,
      multipleExposureUnits: 0,
      observed: ["small", "large"].map((variant) => ({ variant, units: 100 * step, expected: 100 * step })),
      sampleRatioPValue: 1,
      comparisons: [],
    }));
    await at.tab.route("**/series*", (route) =>
      route.fulfill({ json: { experiment: KEY, metric: "task_success", points } }),
    );
    const page = await at.open(`/experiments/${KEY}?tab=traffic`);
    const figure = page.getByRole("img", { name: "Units per variant over time" });
    await figure.waitFor();
    await expect.poll(() => figure.locator("circle").count()).toBe(6);
    await expect
      .poll(() => figure.locator("circle title").first().textContent())
      .toContain("100 units, 100 expected");
    expect(at.errors).toEqual([]);
  });

  it("tell every decision with the evidence of all rules, and what people did", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=decisions`);
    await page.getByText("“Looking at the logs”").waitFor();
    const titles = () => page.locator(".timeline-head h3").allTextContents();
    await expect
      .poll(async () => (await titles()).slice(-2))
      .toEqual(["Started by the admin key", "Created by the admin key"]);
    await expect.poll(titles).toContain("Paused by the admin key");
    await expect.poll(titles).toContain("Continue");
    const names = decisionRuleNameSchema.options;
    await page.getByText(`Evidence of all ${names.length} checks`).last().click();
    const rules = page.locator(".timeline-evidence[open] .evidence-line");
    await expect.poll(() => rules.count()).toBe(names.length);
    const lineOf = (name: DecisionRuleName) => rules.nth(names.indexOf(name));
    await expect
      .poll(() => lineOf("minimum_not_reached").textContent())
      .toContain("Is the minimum still unreached? Yes");
    await expect.poll(() => lineOf("winner").textContent()).toContain("1 treatment better on task_success");
    await expect.poll(() => lineOf("maximum_reached").textContent()).toContain("No maximum was set");
    await lineOf("minimum_not_reached").getByText("Exact numbers").click();
    await expect.poll(() => lineOf("minimum_not_reached").textContent()).toContain("minimumUnits1000000");
  });

  it("fold equal decisions into one entry, and load older pages on demand", async () => {
    const { decisions } = await at.admin.call(getDecisions, { params: { key: KEY } });
    const [sample] = decisions;
    if (!sample) throw new Error("there is no decision");
    const decided = (index: number) => ({ ...sample, takenAt: sample.takenAt + 1_000_000 - index * 1_000 });
    await at.tab.route("**/decisions*", (route) => {
      const before = new URL(route.request().url()).searchParams.get("before");
      const start = before === null ? 0 : 50;
      const count = before === null ? 50 : 10;
      return route.fulfill({
        json: { decisions: Array.from({ length: count }, (_, index) => decided(start + index)) },
      });
    });
    const page = await at.open(`/experiments/${KEY}?tab=decisions`);
    await page.getByText("50 scheduled checks").waitFor();
    await button(page, "Show older decisions").click();
    await page.getByText("60 scheduled checks").waitFor();
    await button(page, "Show older decisions").waitFor({ state: "detached" });
  });

  it("show what is compared, with what each treatment changes", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=setup`);
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
    const page = await at.open(`/experiments/${KEY}`);
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

  it("force a unit to a variant, exclude another one, and take that back", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=setup`);
    const panel = page.getByRole("region", { name: "Overridden units" });
    const ask = async () => {
      await button(page, "Override a unit…").click();
      await dialog(page).getByRole("button", { name: "Override the unit" }).waitFor();
    };
    await panel.getByText("None.").waitFor();
    await ask();
    await dialog(page).getByLabel("Unit").fill("x".repeat(300));
    await dialog(page).getByRole("button", { name: "Override the unit" }).click();
    await expect.poll(() => dialog(page).getByLabel("Unit").getAttribute("aria-invalid")).toBe("true");
    await dialog(page).getByLabel("Unit").fill("tester-1");
    await dialog(page).getByLabel("Note").fill("Ann's phone");
    await dialog(page).getByRole("radio", { name: "large" }).check();
    expect(await accessibilityViolations(page)).toEqual([]);
    await dialog(page).getByRole("button", { name: "Override the unit" }).click();
    await panel.getByText("Ann's phone: gets large").waitFor();
    await ask();
    await dialog(page).getByLabel("Unit").fill("tester-2");
    await dialog(page).getByRole("button", { name: "Override the unit" }).click();
    await panel.getByText(/^[0-9a-f]{16}: excluded/).waitFor();
    const { overrides } = await at.read(KEY);
    expect(overrides.map(({ variant, note }) => [variant, note])).toEqual([
      ["large", "Ann's phone"],
      [null, ""],
    ]);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await accessibilityViolations(page)).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
      .toBe(true);
    await button(page, "Remove the override of Ann's phone").click();
    await expect.poll(async () => (await at.read(KEY)).overrides.length).toBe(1);
    expect(at.errors).toEqual([]);
  });

  it("keep owner, tags and notes, and say what a tag cannot be", async () => {
    const page = await at.open(`/experiments/${KEY}?tab=setup`);
    await button(page, "Owner, tags and notes…").click();
    await dialog(page).getByLabel("Owner").fill("Support team");
    await dialog(page).getByLabel("Tags").fill("length, <b>");
    await dialog(page).getByLabel("Notes").fill("Shorter is better.\nAsk again in spring.");
    await button(page, "Save").click();
    await dialog(page)
      .getByText(/a tag has up to 40 letters/)
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await dialog(page).getByLabel("Tags").fill("length, q3");
    await button(page, "Save").click();
    await page.getByText("Ask again in spring.").waitFor();
    for (const words of ["Owner: Support team", "length", "q3"])
      await expect.poll(() => page.locator(".experiment-meta").textContent()).toContain(words);
    expect((await at.read(KEY)).labels).toMatchObject({ owner: "Support team", tags: ["length", "q3"] });
    expect(at.errors).toEqual([]);
  });

  it("need no horizontal scrolling at 390 px", async () => {
    const page = await at.open(`/experiments/${KEY}`);
    await page.setViewportSize(PHONE);
    for (const name of TABS) {
      await page.getByRole("tab", { name }).click();
      await page.getByRole("tabpanel", { name }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
    expect(at.errors).toEqual([]);
  });
});

describe("the results on paper and as files", () => {
  const KEY = "is-exported";

  beforeAll(async () => {
    await createRunning(at.admin, KEY);
    await sendOutcomes(at.admin, KEY, WINNING);
    // Ended, the numbers stand still: two reads of one report are the same bytes.
    await at.act(KEY, "stop", { reason: "Enough seen" });
  });

  it.each([
    ["CSV, for spreadsheets", "csv", "csv"],
    ["JSON, everything", "json", "json"],
    ["Markdown report", "markdown", "md"],
  ])("downloads %s, byte for byte what the API says", async (item, format, extension) => {
    const page = await at.open(`/experiments/${KEY}`);
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
    expect(at.errors).toEqual([]);
  });

  it("prints on A4: everything a decision rests on, and nothing to press", async () => {
    const page = await at.open(`/experiments/${KEY}/print`);
    await page.getByText("Stopped by the admin key: the live version is unchanged.").waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
    const shown = ["Task success", "Errors", "Latency", "Cost", "Is there a winner?", "always valid"];
    const background = ["What changed", "Timeline", "Started", "Methods", "delta method"];
    for (const words of [...shown, ...background])
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
    expect(at.errors).toEqual([]);
  });
});
