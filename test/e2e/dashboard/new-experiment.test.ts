/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { aiConfig } from "../../../src/model/ai-config.ts";
import type { ExperimentKind } from "../../../src/model/experiment.ts";
import { DashboardStack } from "../support/dashboard-stack.ts";
import {
  FormWorld,
  fillTemplate,
  goOn,
  goTo,
  heading,
  liveValue,
  treatment,
} from "../support/experiment-form.ts";

let stack: DashboardStack;
let form: FormWorld;

beforeAll(async () => {
  stack = await DashboardStack.start();
  form = new FormWorld(stack.server.admin);
});
afterEach(() => stack.closePages());
afterAll(() => stack.stop());

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
    const config = await form.newConfig();
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
    const { spec, status } = await form.read(key);
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
    const [created] = await form.readVersions(config);
    expect(created?.value).toEqual({ ...liveValue, ...question.holds });
    expect(stack.consoleErrors).toEqual([]);
  },
);

test("weights sum to exactly 1 whatever sliders, locks and numbers do", async () => {
  const config = await form.newConfig();
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

test("a reload keeps the draft and the step, and starting over forgets it", async () => {
  const config = await form.newConfig();
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
  const config = await form.newConfig();
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
