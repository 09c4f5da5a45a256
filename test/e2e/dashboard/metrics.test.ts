import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { getExperiment, postExperiment, postStart } from "#contract/experiments.ts";
import { getMetric, postMetric, postMetricPreview } from "#contract/metrics.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { logOutcomes } from "#test/e2e/support/log-outcomes.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";

const UNITS = 60;

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
  await runExperiment();
});
afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});

/** An experiment whose app logs a latency with a long tail, a cost, and two keys that nobody has defined. */
async function runExperiment(): Promise<void> {
  const { admin } = stack.server;
  const value = { model: "small" };
  await admin.call(postConfig, { body: { key: "answer", value } });
  await admin.call(postConfigVersion, { params: { key: "answer" }, body: { value: { model: "large" } } });
  const input = {
    key: "larger",
    name: "Is larger better?",
    kind: "model",
    config: "answer",
    variants: [
      { key: "small", version: 1, weight: 0.5 },
      { key: "large", version: 2, weight: 0.5 },
    ],
    control: "small",
    metrics: [{ metric: "latency_ms", role: "primary" }],
  };
  await admin.call(postExperiment, { body: input });
  await admin.call(postStart, { params: { key: "larger" } });
  const outcome = (variant: string, place: number) => {
    const index = 2 * place + (variant === "large" ? 1 : 0);
    return {
      metrics: {
        latency_ms: 200 + 10 * index + (index === UNITS - 1 ? 20_000 : 0),
        cost_usd: 0.002,
        rating: (index % 5) + 1,
        delta: index % 3 === 0 ? -1 : 1,
      },
    };
  };
  const units = { small: UNITS / 2, large: UNITS / 2 };
  // The experiment may not be known everywhere yet; what was taken is a duplicate then.
  await untilItWorks(() => logOutcomes(admin, "larger", units, outcome), PATIENCE_MILLISECONDS);
  // The log reaches the database a moment later.
  await untilItWorks(async () => {
    const { eventsWithMetric } = await previewOf("latency_ms");
    if (eventsWithMetric < UNITS) throw new Error(`only ${eventsWithMetric} events are in the log`);
  }, PATIENCE_MILLISECONDS);
}

async function previewOf(key: string, changes: Partial<MetricDefinition> = {}) {
  const { admin } = stack.server;
  const definition = await admin.call(getMetric, { params: { key } });
  return admin.call(postMetricPreview, { body: { definition: { ...definition, ...changes } } });
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The exact number behind a shown one, which it reveals on focus. */
async function exactOf(page: Page, shown: string): Promise<string | null> {
  const trigger = page.locator(".exact", { has: page.locator(shown) });
  await trigger.focus();
  const exact = page.locator(".tooltip-exact");
  await exact.waitFor();
  return exact.textContent();
}

test("the catalog says how each metric is computed and where it runs, and can be searched", async () => {
  const page = await stack.open("/metrics");
  const latency = page.getByRole("row", { name: /latency_ms/ }).first();
  await latency.getByRole("link", { name: "Is larger better?" }).waitFor();
  for (const part of ["Mean", "Per event", "Lower is better", "ms"])
    await expect.poll(() => latency.textContent()).toContain(part);
  await expect
    .poll(() => page.getByRole("row", { name: /latency_p95_ms/ }).textContent())
    .toContain("Quantile 0.95 of latency_ms");
  await page.getByRole("textbox", { name: "Search metrics" }).fill("toxic");
  await expect.poll(() => page.getByRole("row").count()).toBe(3);
  await expect.poll(() => new URL(page.url()).searchParams.get("search")).toBe("toxic");
  await page.getByRole("textbox", { name: "Search metrics" }).fill("nothing like it");
  await page.getByText("No matching metrics").waitFor();
});

test("a key that is logged but not defined is offered, prefilled, and defined", async () => {
  const page = await stack.open("/metrics");
  const panel = page.getByRole("region", { name: "Logged, but not defined yet" });
  await expect
    .poll(() => panel.getByRole("listitem").filter({ hasText: "rating" }).textContent())
    .toContain("60 events");
  await panel.getByRole("link", { name: "Define it: rating" }).click();
  const key = page.getByRole("textbox", { name: "Key", exact: true });
  await expect.poll(() => key.inputValue()).toBe("rating");
  await expect
    .poll(() => page.getByRole("textbox", { name: "Display name", exact: true }).inputValue())
    .toBe("Rating");
  await page.getByText("From 60 events").waitFor();
  await page.getByRole("textbox", { name: "Unit", exact: true }).fill("stars");
  await page.getByRole("button", { name: "Define metric" }).click();
  await page.getByText("Rating defined.").waitFor();
  await page.getByRole("heading", { name: "Rating", level: 1 }).waitFor();
  expect(await stack.server.admin.call(getMetric, { params: { key: "rating" } })).toMatchObject({
    key: "rating",
    type: "mean",
    displayUnit: "stars",
  });
});

test("the preview shows the API's own numbers, and what a cap or a limit would change", async () => {
  const page = await stack.open("/metrics/latency_ms");
  const expected = await previewOf("latency_ms");
  await page.locator(".preview-number").waitFor();
  await expect.poll(() => exactOf(page, ".preview-number")).toBe(String(expected.estimate));
  await expect.poll(() => exactOf(page, ".preview-error")).toBe(String(expected.standardError));
  const largest = page.getByRole("row", { name: /^Largest/ });
  await expect.poll(() => largest.textContent()).toContain("20,790 ms");
  const bars = page.locator(".histogram-bar");
  await expect.poll(() => bars.count()).toBe(expected.values?.histogram.length);
  await page.getByRole("textbox", { name: "Cap" }).fill("500");
  const capped = await previewOf("latency_ms", { cap: 500 });
  await page.getByText(`The cap changes ${capped.values?.capped} values.`).waitFor();
  await expect.poll(() => exactOf(page, ".preview-number")).toBe(String(capped.estimate));
  await page.getByRole("textbox", { name: "Minimum" }).fill("300");
  await page
    .getByText("10 values would be rejected: the value lies below the metric's minimum 300.")
    .waitFor();
});

test("a definition with faults is refused at its fields, and the last good answer stays", async () => {
  stack.expectErrors(/409/);
  const page = await stack.open("/new/metric?key=rating");
  await page.getByText("From 60 events").waitFor();
  const key = page.getByRole("textbox", { name: "Key", exact: true });
  await key.fill("Bad Key");
  await page.getByText("Preview of the last valid definition.").waitFor();
  await page.getByText("From 60 events").waitFor();
  await page.getByRole("button", { name: "Define metric" }).click();
  await expect.poll(() => key.getAttribute("aria-invalid")).toBe("true");
  await page.getByText("1 to 64 lower-case letters", { exact: false }).waitFor();
  await key.fill("spread");
  await page.getByRole("textbox", { name: "Minimum" }).fill("5");
  await page.getByRole("textbox", { name: "Maximum" }).fill("1");
  await page.getByText("Minimum must lie below maximum.").waitFor();
  await page.getByRole("textbox", { name: "Maximum" }).fill("a lot");
  await page.getByText("Enter a number.").waitFor();
  await page.getByRole("radio", { name: "Quantile" }).check({ force: true });
  await page.getByText("Choose a source metric.").waitFor();
  await page.getByRole("radio", { name: "Mean" }).check({ force: true });
  await page.getByRole("textbox", { name: "Minimum" }).fill("");
  await page.getByRole("textbox", { name: "Maximum" }).fill("");
  await key.fill("latency_ms");
  await page.getByRole("button", { name: "Define metric" }).click();
  await page.getByText("There already is a metric 'latency_ms'.").first().waitFor();
  await expect.poll(() => key.getAttribute("aria-invalid")).toBe("true");
});

test("a quantile of another metric is defined by keyboard alone", async () => {
  const page = await stack.open("/new/metric");
  await page.getByRole("textbox", { name: "Key", exact: true }).focus();
  await page.keyboard.type("latency_p50_ms");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Median latency");
  await page.getByRole("radio", { name: "Mean" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("combobox", { name: "Source metric" }).focus();
  await page.keyboard.type("latency_ms");
  await page.getByRole("option", { name: /latency_ms/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Quantile" }).focus();
  await page.keyboard.type("0.5");
  await page.getByRole("button", { name: "Define metric" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Median latency defined.").waitFor();
  expect(await stack.server.admin.call(getMetric, { params: { key: "latency_p50_ms" } })).toMatchObject({
    type: "quantile",
    quantile: 0.5,
    source: "latency_ms",
  });
});

test("a changed definition is saved, and the page says that running experiments keep theirs", async () => {
  const page = await stack.open("/metrics/latency_ms");
  await page.getByText("Running experiments keep the definition they started with:").waitFor();
  await page.getByRole("textbox", { name: "Cap" }).fill("5000");
  await page.getByRole("radio", { name: "Server keys only" }).check({ force: true });
  await page.getByText("Values sent with a client key are stored but not used").waitFor();
  await page.getByRole("button", { name: "Save definition" }).click();
  await page.getByText("Latency saved.", { exact: false }).waitFor();
  const { admin } = stack.server;
  expect(await admin.call(getMetric, { params: { key: "latency_ms" } })).toMatchObject({
    cap: 5_000,
    trust: "server",
  });
  const running = await admin.call(getExperiment, { params: { key: "larger" } });
  expect(running.metricDefinitions.find(({ key }) => key === "latency_ms")).toMatchObject({ trust: "any" });
  expect(running.metricDefinitions.find(({ key }) => key === "latency_ms")?.cap).toBeUndefined();
  await expect
    .poll(() => page.getByRole("link", { name: "History" }).getAttribute("href"))
    .toBe("/audit?subject=metric%3Alatency_ms");
});

test("a preview that fails says so and keeps trying; the form stays usable", async () => {
  stack.expectErrors(/500/);
  const page = await stack.page();
  await page.route("**/metrics/preview", (route) => route.fulfill({ status: 500, body: "{}" }));
  await page.goto(`${stack.server.dashboard}/metrics/cost_usd#key=${ADMIN_KEY}`);
  await page.getByText("The API returned an error").waitFor();
  await page.unroute("**/metrics/preview");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator(".preview-number").waitFor();
  await page.getByRole("textbox", { name: "Description" }).fill("Still here");
});

test("a metric that is not defined, and one that nobody logs, say what to do", async () => {
  const page = await stack.open("/metrics/delta");
  await page.getByText("Metric not found").waitFor();
  await page.getByRole("link", { name: "define it" }).click();
  await page.getByText("From 60 events").waitFor();
  const unlogged = await stack.open("/metrics/toxicity");
  await unlogged.getByText("None of the newest 60 events has this metric.").waitFor();
});

test("hostile names are text, and a reader cannot save", async () => {
  const { admin } = stack.server;
  const name = `<script>document.title='owned'</script>${"x".repeat(150)}`;
  const definition = { key: "hostile", name, type: "mean", direction: "increase" } as const;
  await admin.call(postMetric, { body: definition });
  const secret = await createReaderKey(stack.server);
  const page = await stack.open("/metrics/hostile", { viewport: PHONE }, secret);
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  expect(await page.title()).not.toBe("owned");
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  const save = page.getByRole("button", { name: "Save definition" });
  await expect.poll(() => save.getAttribute("title")).toBe("Your key is read-only.");
});

test("catalog and editor are accessible in light and dark, and fit on a phone", async () => {
  const paths = [
    ["/metrics", "Logged, but not defined yet"],
    ["/metrics/latency_ms", "Logged values, before the cap"],
    ["/new/metric?key=rating", "Logged values, before the cap"],
  ] as const;
  for (const [path, sign] of paths) {
    const page = await stack.open(path, { viewport: PHONE });
    await page.getByText(sign).waitFor();
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
    expect(await accessibilityViolations(page), path).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await accessibilityViolations(page), `${path}, dark`).toEqual([]);
  }
});

test("a metric is archived and brought back, and deleted where nothing ever had it", async () => {
  const { admin } = stack.server;
  const shape = { type: "proportion", per: "event", direction: "increase" } as const;
  await admin.call(postMetric, { body: { key: "spare", name: "Spare metric", ...shape } });
  const page = await stack.open("/metrics/spare");
  const choose = async (name: string) => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await choose("Archive");
  await page.getByText("Spare metric archived").waitFor();
  await page.goto(`${new URL(page.url()).origin}/metrics`);
  const shown = page.getByRole("checkbox", { name: "Show archived (1)" });
  await shown.waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Spare metric" }).count()).toBe(0);
  await shown.check();
  await page.getByRole("row", { name: /Spare metric.*Archived/ }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole("link", { name: "Spare metric" }).click();
  await choose("Bring back from the archive");
  await page.getByText("Spare metric brought back").waitFor();
  await choose("Delete…");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/metrics$/);
  await page.getByRole("heading", { name: "Metrics", level: 1 }).waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Spare metric" }).count()).toBe(0);
});
