/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type AiConfigVersion, aiConfig, aiConfigVersion } from "../../../src/model/ai-config.ts";
import { type ExperimentKind, experiment } from "../../../src/model/experiment.ts";
import { configVersionList } from "../../../src/model/listing.ts";
import { createReaderKey } from "../support/create-key.ts";
import { accessibilityViolations, DashboardStack, PHONE } from "../support/dashboard-stack.ts";

const STEPS = ["question", "variants", "metrics", "decision", "review"] as const;

const liveValue = {
  model: "small-model",
  provider: "acme",
  prompt: "Answer the question in detail, step by step.",
  system_prompt: "You are a helpful assistant.",
  parameters: { temperature: 0.9 },
  context: { strategy: "vector", top_k: 4 },
};

let stack: DashboardStack;
let configs = 0;

beforeAll(async () => {
  stack = await DashboardStack.start();
});
afterEach(() => stack.closePages());
afterAll(() => stack.stop());

/** An AI config of its own for each test, since only one experiment may run on each. */
async function newConfig(): Promise<string> {
  configs += 1;
  const key = `answer-${configs}`;
  await stack.server.admin.post("/v1/configs", { key, value: liveValue }, aiConfig);
  return key;
}

async function newDraft(key: string, config: string, more: object = {}): Promise<void> {
  const body = {
    key,
    name: `About ${key}`,
    kind: "prompt",
    config,
    variants: [
      { key: "long", version: 1, weight: 0.7 },
      { key: "short", version: 1, weight: 0.3 },
    ],
    control: "long",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.15 } },
    ],
    maximumUnits: 4_000,
    ...more,
  };
  await stack.server.admin.post("/v1/experiments", body, experiment);
}

const readExperiment = (key: string) => stack.server.admin.get(`/v1/experiments/${key}`, experiment);

async function readVersions(config: string): Promise<AiConfigVersion[]> {
  return (await stack.server.admin.get(`/v1/configs/${config}/versions`, configVersionList)).versions;
}

const treatment = (page: Page) => page.locator("section.variant-card").nth(1);
const goOn = (page: Page) => page.getByRole("button", { name: /^Continue to/ }).click();
const goTo = (page: Page, step: string) =>
  page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: step }).click();
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 2 }).waitFor();

async function fillTemplate(page: Page, question: string, key: string): Promise<void> {
  await page.getByRole("radio", { name: question }).check();
  await page.getByLabel("Key", { exact: true }).fill(key);
}

/** What stands in the field that has the focus. */
function focusedValue(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const at = document.activeElement;
    return at instanceof HTMLInputElement ? at.value : undefined;
  });
}

async function storedDraft(page: Page): Promise<{ variants: { weight: number }[] }> {
  const text = await page.evaluate(() => {
    const name = Object.keys(sessionStorage).find((one) => one.startsWith("bakeoff.experiment-form"));
    return name && sessionStorage.getItem(name);
  });
  return z
    .looseObject({ variants: z.array(z.looseObject({ weight: z.number() })) })
    .parse(JSON.parse(text ?? "{}"));
}

interface Question {
  kind: ExperimentKind;
  question: string;
  field: string;
  typed: string;
  /** What the new version then holds. */
  holds: object;
  sentences: string[];
  rule: object;
  metrics: object[];
}

const share = (metric: string, value: number) => ({
  metric,
  role: "guardrail",
  margin: { kind: "absolute", value },
});
const relative = (metric: string, value: number) => ({
  metric,
  role: "guardrail",
  margin: { kind: "relative", value },
});

const questions: Question[] = [
  {
    kind: "prompt",
    question: "Would a shorter prompt do?",
    field: "Prompt",
    typed: "Answer briefly.",
    holds: { prompt: "Answer briefly." },
    sentences: [
      "‘short’ (50%) against ‘long’ (50%), which is control",
      "compared on Task success, with Hallucinations at most +1 pp tolerated",
      "proven better on Input tokens and at most 2 pp worse on Task success",
    ],
    rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.02 }, objective: "input_tokens" },
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "input_tokens", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
      share("hallucination", 0.01),
    ],
  },
  {
    kind: "model",
    question: "Which model is better?",
    field: "Model",
    typed: "large-model",
    holds: { model: "large-model" },
    sentences: [
      "Cost at most +20% and Latency at most +20% tolerated",
      "first variant that is proven better on Task success",
    ],
    rule: { type: "superiority" },
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "user_satisfaction", role: "secondary" },
      relative("cost_usd", 0.2),
      relative("latency_ms", 0.2),
    ],
  },
  {
    kind: "parameters",
    question: "Does a lower temperature help?",
    field: "Temperature",
    typed: "0.2",
    holds: { parameters: { temperature: 0.2 } },
    sentences: ["‘cooler’ (50%) against ‘current’ (50%)", "Errors at most +1 pp tolerated"],
    rule: { type: "superiority" },
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "hallucination", role: "secondary" },
      { metric: "user_satisfaction", role: "secondary" },
      share("error", 0.01),
    ],
  },
  {
    kind: "system_prompt",
    question: "Does another tone satisfy more?",
    field: "System prompt",
    typed: "You are a cheerful friend.",
    holds: { system_prompt: "You are a cheerful friend." },
    sentences: [
      "compared on User satisfaction, with Refusals at most +1 pp and Toxic answers at most +0.5 pp tolerated",
    ],
    rule: { type: "superiority" },
    metrics: [
      { metric: "user_satisfaction", role: "primary" },
      { metric: "task_success", role: "secondary" },
      share("refusal", 0.01),
      share("toxic", 0.005),
    ],
  },
  {
    kind: "context",
    question: "Does retrieving more passages help?",
    field: "Passages (top k)",
    typed: "12",
    holds: { context: { strategy: "vector", top_k: 12 } },
    sentences: ["compared on Hallucinations, with Latency at most +10% tolerated"],
    rule: { type: "superiority" },
    metrics: [
      { metric: "hallucination", role: "primary" },
      { metric: "task_success", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
      relative("latency_ms", 0.1),
    ],
  },
];

test.each(questions)(
  "a $kind experiment is set up from its question and started as the review says",
  async (question) => {
    const config = await newConfig();
    const key = `from-${question.kind}`.replace("_", "-");
    const page = await stack.open(`/new/experiment?config=${config}`);
    await fillTemplate(page, question.question, key);
    await goOn(page);
    const field = treatment(page).getByLabel(question.field, { exact: true });
    await field.waitFor();
    await treatment(page).getByText("This is the same as control so far.").waitFor();
    // The cursor waits in the part that is to be changed.
    await treatment(page).locator("details[open]").first().locator(":focus").waitFor();
    await field.fill(question.typed);
    await treatment(page).getByRole("heading", { name: "What changes" }).waitFor();
    await goOn(page);
    await heading(page, "What counts as better?");
    await goOn(page);
    await heading(page, "When is it decided?");
    await goOn(page);
    await heading(page, "Review and start");
    for (const part of [
      `All traffic of ${config}, for all users`,
      ...question.sentences,
      "Decides nothing before 500 units and 1 day; ends at the latest after 20,000 units or 28 days",
    ]) {
      await expect.poll(() => page.locator(".review-sentences").textContent()).toContain(part);
    }
    await page.getByRole("button", { name: "Start now" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start the experiment" }).click();
    await page.waitForURL(`**/experiments/${key}`);
    const { spec, status } = await readExperiment(key);
    expect(status).toBe("running");
    expect(spec).toMatchObject({
      kind: question.kind,
      name: question.question,
      config,
      coverage: 1,
      rule: question.rule,
      minimumUnits: 500,
      maximumUnits: 20_000,
      minimumDurationSeconds: 86_400,
      maximumDurationSeconds: 28 * 86_400,
    });
    expect(spec.metrics).toEqual(question.metrics);
    expect(spec.variants.map(({ weight, version }) => ({ weight, version }))).toEqual([
      { weight: 0.5, version: 1 },
      { weight: 0.5, version: 2 },
    ]);
    const [created] = await readVersions(config);
    expect(created?.value).toEqual({ ...liveValue, ...question.holds });
    expect(stack.consoleErrors).toEqual([]);
  },
);

test("weights sum to exactly 1 whatever sliders, locks and numbers do", async () => {
  const config = await newConfig();
  const page = await stack.open(`/new/experiment?kind=model&config=${config}&step=variants`);
  await page.getByRole("button", { name: "Add a variant" }).click();
  await page.getByRole("button", { name: "Add a variant" }).click();
  const sliders = page.getByRole("slider", { name: /^Share of/ });
  await expect.poll(() => sliders.count()).toBe(4);
  const sum = async () => (await storedDraft(page)).variants.reduce((all, { weight }) => all + weight, 0);
  await expect.poll(sum).toBe(1_000_000);
  let random = 7;
  const next = (below: number) => {
    random = (random * 16_807) % 2_147_483_647;
    return random % below;
  };
  for (let move = 0; move < 30; move += 1) {
    const index = next(4);
    if (move % 10 === 9) await page.getByRole("checkbox", { name: /^Lock/ }).nth(index).click();
    const slider = sliders.nth(index);
    if (await slider.isEnabled()) await slider.fill(String(next(101)));
    const { variants } = await storedDraft(page);
    expect(variants.reduce((all, { weight }) => all + weight, 0)).toBe(1_000_000);
    expect(Math.min(...variants.map(({ weight }) => weight))).toBeGreaterThan(0);
  }
  await page.getByRole("button", { name: "Equal shares" }).click();
  const weights = async () => (await storedDraft(page)).variants.map(({ weight }) => weight);
  await expect.poll(weights).toEqual([250_000, 250_000, 250_000, 250_000]);
  for (const lock of await page.getByRole("checkbox", { name: /^Lock/ }).all()) await lock.uncheck();
  await sliders.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await weights())[0]).toBe(260_000);
  const exact = page.getByRole("textbox", { name: /^Exact share of/ }).nth(1);
  await exact.fill("33.33");
  await exact.press("Tab");
  await expect.poll(async () => (await weights())[1]).toBe(333_300);
  await expect.poll(sum).toBe(1_000_000);
});

test("every step says at the field what is wrong, and the review leads there", async () => {
  const config = await newConfig();
  const page = await stack.open("/new/experiment");
  await goOn(page);
  await page.getByText("Fill this in.").first().waitFor();
  await heading(page, "What do you want to find out?");
  await fillTemplate(page, "Which model is better?", "not a key!");
  await page.getByText("1 to 64 letters, digits").waitFor();
  await page.getByLabel("Key", { exact: true }).fill("faulty");

  await goOn(page);
  await goOn(page);
  await page.getByText("Fill this in.").first().waitFor();
  const chooser = page.getByRole("combobox", { name: "AI config" });
  await chooser.fill(config);
  await page.getByRole("option", { name: new RegExp(config) }).click();
  await treatment(page).getByLabel("Variant key").fill("current");
  await page.getByText("Another variant has this key.").waitFor();
  await treatment(page).getByText("Parameters", { exact: true }).click();
  await treatment(page).getByLabel("Temperature").fill("hot");
  await treatment(page).getByText("This is not a number.").waitFor();
  await treatment(page).getByLabel("Other parameters").fill("{");
  await treatment(page).getByText("This is not JSON").waitFor();
  await page.getByLabel("Coverage", { exact: true }).fill("140");
  await page.getByText("This must be 100% or less.").waitFor();

  await goTo(page, "Metrics");
  await page.getByRole("button", { name: "Add a guardrail" }).click();
  await page.getByLabel("Tolerated harm").first().fill("lots");
  await page.getByText("This is not a number.").waitFor();

  await goTo(page, "Decision");
  await page.getByLabel("Maximum units").fill("20");
  await page.getByText("The maximum lies below the minimum of 500 units.").waitFor();
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByLabel("Targeting condition").fill("country = CA");
  await page.getByText("This is not a JSON object").waitFor();

  await goTo(page, "Review");
  await page.getByText(/^\d+ things are to be fixed$/).waitFor();
  const start = page.getByRole("button", { name: "Start now" });
  await expect.poll(() => start.getAttribute("aria-disabled")).toBe("true");
  await page
    .getByRole("button", { name: /Variants: variants › 1 › value › parameters › temperature/ })
    .click();
  await heading(page, "What is compared?");
  await expect.poll(() => focusedValue(page)).toBe("hot");
  expect(stack.consoleErrors).toEqual([]);
});

test("a reload keeps the draft and the step, and starting over forgets it", async () => {
  const config = await newConfig();
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`);
  await page.getByLabel("Name", { exact: true }).fill("Kept across a reload");
  await goOn(page);
  await treatment(page).getByLabel("Prompt", { exact: true }).fill("Half a sent");
  await page.reload({ waitUntil: "commit" });
  await page.getByText("Here is what you had typed before.").waitFor();
  await expect
    .poll(() => treatment(page).getByLabel("Prompt", { exact: true }).inputValue())
    .toBe("Half a sent");
  await page.goBack();
  await expect.poll(() => page.getByLabel("Name", { exact: true }).inputValue()).toBe("Kept across a reload");
  await page.getByRole("button", { name: "Start over" }).click();
  await expect
    .poll(() => page.getByLabel("Name", { exact: true }).inputValue())
    .toBe("Would a shorter prompt do?");
});

test("the form stays as it is while the API is down", async () => {
  const config = await newConfig();
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`);
  await page.getByLabel("Name", { exact: true }).fill("Typed while it was down");
  // All that the form needs to know has arrived.
  await page.waitForLoadState("networkidle");
  await page.route("**/api/v1/**", (route) => route.fulfill({ status: 500, body: "down" }));
  const polled = () =>
    page.waitForResponse((response) => response.url().endsWith("/configs") && !response.ok());
  for (let attempt = 0; attempt < 4; attempt += 1) await polled();
  await goTo(page, "Review");
  await page.getByText("Decides nothing before 500 units").waitFor();
});

test("a copy of an experiment gets its own key and everything else", async () => {
  const config = await newConfig();
  await newDraft("original", config, { coverage: 0.4, condition: { country: "CA" } });
  const page = await stack.open("/new/experiment?from=original&step=review");
  await page
    .getByText(`40% of the traffic of ${config}, for users who match the targeting condition`)
    .waitFor();
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/original-2");
  const [before, after] = [await readExperiment("original"), await readExperiment("original-2")];
  expect(after.status).toBe("draft");
  expect(after.spec).toEqual({ ...before.spec, key: "original-2", seed: "original-2" });
  expect(await readVersions(config)).toHaveLength(1);
});

test("a draft is edited in the same form; its key and AI config stay", async () => {
  const config = await newConfig();
  await newDraft("to-edit", config);
  const page = await stack.open("/experiments/to-edit/edit");
  await page.getByText("A key never changes.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Edited");
  await goTo(page, "Metrics");
  await page.getByLabel("Tolerated harm").fill("12.5");
  await page.getByText("Latency may grow by at most 12.5% of control").waitFor();
  await goTo(page, "Review");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/to-edit");
  const { spec } = await readExperiment("to-edit");
  expect(spec.name).toBe("Edited");
  expect(spec.metrics[1]?.margin).toEqual({ kind: "relative", value: 0.125 });
  expect(spec.variants.map(({ weight }) => weight)).toEqual([0.7, 0.3]);
});

test("while it runs only what moves nobody may change, and after the end nothing", async () => {
  const config = await newConfig();
  await newDraft("in-flight", config, { coverage: 0.5 });
  await stack.server.admin.post("/v1/experiments/in-flight/start", {}, experiment);
  const page = await stack.open("/experiments/in-flight/edit");
  await page.getByText("A change would move users between variants half-way").waitFor();
  await page.getByLabel("Coverage").fill("30");
  await page.getByText("It runs at 50% and may only grow").waitFor();
  const save = page.getByRole("button", { name: "Save changes" });
  await expect.poll(() => save.getAttribute("aria-disabled")).toBe("true");
  await page.getByLabel("Coverage").fill("80");
  await page.getByLabel("Hypothesis").fill("Written down late.");
  expect(await accessibilityViolations(page)).toEqual([]);
  await save.click();
  await page.waitForURL("**/experiments/in-flight");
  expect((await readExperiment("in-flight")).spec).toMatchObject({
    coverage: 0.8,
    hypothesis: "Written down late.",
  });

  await stack.server.admin.post("/v1/experiments/in-flight/stop", {}, experiment);
  await page.goto(`${stack.server.dashboard}/experiments/in-flight/edit`);
  await page.getByRole("heading", { name: "This experiment has ended" }).waitFor();
  await page.getByRole("link", { name: "Set up another one like it" }).click();
  await page.waitForURL("**/new/experiment?from=in-flight");
  await expect.poll(() => page.getByLabel("Key", { exact: true }).inputValue()).toBe("in-flight-2");
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement)) return "";
      const labels =
        at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? [...(at.labels ?? [])] : [];
      const texts = labels.map(({ textContent }) => textContent ?? "");
      return [at.getAttribute("aria-label") ?? "", ...texts, at.textContent ?? ""].join(" ");
    });
    if (name.test(label)) return;
  }
  throw new Error(`no ${name} within 80 presses of Tab`);
}

test("an experiment is set up and saved with the keyboard alone", async () => {
  const config = await newConfig();
  const page = await stack.open("/new/experiment");
  await page.getByRole("radio").first().waitFor();
  await tabTo(page, /Would a shorter prompt do/);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, /^\s*Key\s*$/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("by-keyboard");
  await tabTo(page, /Continue to variants/);
  await page.keyboard.press("Enter");
  await heading(page, "What is compared?");
  await tabTo(page, /AI config/);
  await page.keyboard.type(config);
  await page.getByRole("option", { name: new RegExp(config) }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await treatment(page).getByLabel("Model", { exact: true }).waitFor();
  // The cursor has moved to what is to be changed by itself.
  await expect.poll(() => focusedValue(page)).toBe("small-model");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("typed-model");
  for (const step of ["metrics", "decision", "review"]) {
    await tabTo(page, new RegExp(`Continue to ${step}`));
    await page.keyboard.press("Enter");
  }
  await heading(page, "Review and start");
  await tabTo(page, /Save draft/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/experiments/by-keyboard");
  expect((await readExperiment("by-keyboard")).spec.kind).toBe("model");
  expect((await readVersions(config))[0]?.value.model).toBe("typed-model");
});

test("what the API refuses is shown at its field, and no version is created twice", async () => {
  const config = await newConfig();
  const page = await stack.open(`/new/experiment?kind=model&config=${config}`);
  await page.getByLabel("Key", { exact: true }).fill("refused-once");
  await goTo(page, "Variants");
  await treatment(page).getByLabel("Model", { exact: true }).fill("other-model");
  await goTo(page, "Review");
  const errors = [{ path: "/alpha", code: "too_strict", message: "The API does not like this alpha." }];
  const body = {
    type: "about:blank",
    title: "Refused",
    status: 422,
    code: "impossible_experiment",
    detail: "Not as described.",
    errors,
  };
  await page.route("**/api/v1/experiments", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(body) })
      : route.fallback(),
  );
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByRole("alert").getByText("Not as described.").waitFor();
  await page.getByRole("button", { name: "Decision: alpha" }).click();
  await page.getByText("The API does not like this alpha.").waitFor();
  await expect.poll(() => page.getByLabel("Alpha").getAttribute("aria-invalid")).toBe("true");
  expect(await readVersions(config)).toHaveLength(2);

  await page.unroute("**/api/v1/experiments");
  await page.getByLabel("Alpha").fill("0.04");
  await page.reload({ waitUntil: "commit" });
  await goTo(page, "Review");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/refused-once");
  expect(await readVersions(config)).toHaveLength(2);
  expect((await readExperiment("refused-once")).spec).toMatchObject({
    alpha: 0.04,
    variants: [{}, { version: 2 }],
  });
});

test("an AI config is created in place, and its first version is control", async () => {
  const page = await stack.open("/new/experiment?kind=model&step=variants");
  await page.getByRole("button", { name: "Create one here" }).click();
  await page.getByRole("button", { name: "Create AI config" }).click();
  await page.getByText("Fill this in.").first().waitFor();
  await page.getByLabel("Key of the new AI config").fill("made-in-place");
  await page
    .getByRole("region", { name: "New AI config" })
    .getByLabel("Model", { exact: true })
    .fill("first-model");
  await page.getByRole("button", { name: "Create AI config" }).click();
  await expect
    .poll(() => treatment(page).getByLabel("Model", { exact: true }).inputValue())
    .toBe("first-model");
  expect((await stack.server.admin.get("/v1/configs/made-in-place", aiConfig)).liveVersion).toBe(1);
});

test("a reader may plan but not save", async () => {
  const config = await newConfig();
  const secret = await createReaderKey(stack.server);
  const page = await stack.open(`/new/experiment?kind=model&config=${config}`, {}, secret);
  await page.getByText("Your key may only read: you can plan here").waitFor();
  await goTo(page, "Review");
  const save = page.getByRole("button", { name: "Save draft" });
  await save.press("Enter");
  await expect.poll(() => save.getAttribute("title")).toBe("Your key may only read.");
  await expect.poll(() => page.url()).toContain("step=review");
});

test.each(["light", "dark"] as const)("every step is accessible in %s colours", async (colorScheme) => {
  const config = await newConfig();
  await stack.server.admin.post(
    `/v1/configs/${config}/versions`,
    { value: { model: "x".repeat(190) } },
    aiConfigVersion,
  );
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`, { colorScheme });
  for (const step of STEPS) {
    await goTo(page, step.charAt(0).toUpperCase() + step.slice(1));
    if (step === "variants") await treatment(page).getByLabel("Prompt", { exact: true }).fill("Shorter.");
    if (step === "decision") {
      await page.getByText("Advanced", { exact: true }).click();
      await page.getByLabel("Task success today").fill("70");
      await page.getByText(/with 80% power, looking all the time/).waitFor();
    }
    expect(await accessibilityViolations(page), step).toEqual([]);
  }
  expect(stack.consoleErrors).toEqual([]);
});

test("no step scrolls sideways on a phone", async () => {
  const config = await newConfig();
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`, { viewport: PHONE });
  await page.getByLabel("Name", { exact: true }).fill(`${"Sehr-lang".repeat(20)} <script>`);
  for (const step of STEPS) {
    await goTo(page, step.charAt(0).toUpperCase() + step.slice(1));
    if (step === "variants") await treatment(page).getByLabel("Prompt", { exact: true }).fill("Shorter.");
    if (step === "decision") await page.getByText("Advanced", { exact: true }).click();
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      step,
    ).toBeLessThanOrEqual(0);
  }
});
