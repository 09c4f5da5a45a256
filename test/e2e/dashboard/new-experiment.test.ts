/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { getConfig } from "#contract/configs.ts";
import { DashboardStack } from "#test/e2e/support/dashboard-stack.ts";
import {
  FormWorld,
  fillTemplate,
  focusedValue,
  goOn,
  goTo,
  heading,
  liveValue,
  treatment,
} from "#test/e2e/support/experiment-form.ts";
import { questions } from "#test/e2e/support/experiment-questions.ts";

let stack: DashboardStack;
let form: FormWorld;

beforeAll(async () => {
  stack = await DashboardStack.start();
  form = new FormWorld(stack.server.admin);
});
afterEach(() => stack.closePages());

async function storedDraft(page: Page): Promise<{ variants: { weight: number }[]; futility: string }> {
  const text = await page.evaluate(() => {
    const name = Object.keys(sessionStorage).find((one) => one.startsWith("bakeoff.experiment-form"));
    return name && sessionStorage.getItem(name);
  });
  return z
    .looseObject({ variants: z.array(z.looseObject({ weight: z.number() })), futility: z.string() })
    .parse(JSON.parse(text ?? "{}"));
}

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
    await treatment(page).getByText("Identical to control.").waitFor();
    // The cursor waits in the part that is to be changed.
    await treatment(page).locator("details[open]").first().locator(":focus").waitFor();
    await field.fill(question.typed);
    await treatment(page).getByRole("heading", { name: "Changes from control" }).waitFor();
    await goOn(page);
    await heading(page, "What counts as better?");
    await goOn(page);
    await heading(page, "When is it decided?");
    await goOn(page);
    await heading(page, "Review and start");
    for (const part of [
      `All traffic of ${config}, for all users`,
      ...question.sentences,
      "No decision before 500 units and 1 day. Without a winner it ends after 20,000 units or 28 days",
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

test("what has no prospects is given up where there is a maximum, unless somebody says otherwise", async () => {
  const config = await form.newConfig();
  const page = await stack.open(`/new/experiment?kind=model&config=${config}&step=decision`);
  const choice = page.getByRole("checkbox", { name: /^Stop early when a win is out of reach/ });
  await page.getByLabel("Maximum units").fill("");
  await expect.poll(() => choice.count()).toBe(0);
  await page.getByLabel("Maximum units").fill("4000");
  expect(await choice.isChecked()).toBe(true);
  await choice.uncheck();
  await expect.poll(async () => (await storedDraft(page)).futility).toBe("ignore");
});

test("every step says at the field what is wrong, and the review leads there", async () => {
  const config = await form.newConfig();
  const page = await stack.open("/new/experiment");
  await goOn(page);
  await page.getByText("This field is required.").first().waitFor();
  await heading(page, "What do you want to find out?");
  await fillTemplate(page, "Which model is better?", "not a key!");
  await page.getByText("1 to 64 letters, digits").waitFor();
  await page.getByLabel("Key", { exact: true }).fill("faulty");

  await goOn(page);
  await goOn(page);
  await page.getByText("This field is required.").first().waitFor();
  const chooser = page.getByRole("combobox", { name: "AI config" });
  await chooser.fill(config);
  await page.getByRole("option", { name: new RegExp(config) }).click();
  await treatment(page).getByLabel("Variant key").fill("current");
  await page.getByText("Another variant has this key.").waitFor();
  await treatment(page).getByText("Parameters", { exact: true }).click();
  await treatment(page).getByLabel("Temperature").fill("hot");
  await treatment(page).getByText("Enter a number.").waitFor();
  await treatment(page).getByLabel("Other parameters").fill("{");
  await treatment(page).getByText("Invalid JSON").waitFor();
  await page.getByLabel("Coverage", { exact: true }).fill("140");
  await page.getByText("This must be 100% or less.").waitFor();

  await goTo(page, "Metrics");
  await page.getByRole("button", { name: "Add a guardrail" }).click();
  await page.getByLabel("Tolerated harm").first().fill("lots");
  await page.getByText("Enter a number.").waitFor();

  await goTo(page, "Decision");
  await page.getByLabel("Minimum units").fill("500");
  await page.getByLabel("Maximum units").fill("20");
  await page.getByText("The maximum lies below the minimum of 500 units.").waitFor();
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByLabel("Targeting condition").fill("country = CA");
  await page.getByText("Enter a JSON object").waitFor();
  await page.getByLabel("Targeting condition").fill('{"country": {"$inn": ["US"]}}');
  await page.getByText("At /country/$inn: there is no operator $inn.").waitFor();

  await goTo(page, "Review");
  await page.getByText(/^\d+ issues to fix$/).waitFor();
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
  const config = await form.newConfig();
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`);
  await page.getByLabel("Name", { exact: true }).fill("Kept across a reload");
  await goOn(page);
  await treatment(page).getByLabel("Prompt", { exact: true }).fill("Half a sent");
  await page.reload({ waitUntil: "commit" });
  await page.getByText("Your unsaved draft was restored.").waitFor();
  await expect
    .poll(() => treatment(page).getByLabel("Prompt", { exact: true }).inputValue())
    .toBe("Half a sent");
  await page.goBack();
  await expect.poll(() => page.getByLabel("Name", { exact: true }).inputValue()).toBe("Kept across a reload");
  await page.getByRole("button", { name: "Start over" }).click();
  await expect
    .poll(() => page.getByLabel("Name", { exact: true }).inputValue())
    .toBe("Is a shorter prompt good enough?");
});

test("the form stays as it is while the API is down", async () => {
  const config = await form.newConfig();
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`);
  await page.getByLabel("Name", { exact: true }).fill("Typed while it was down");
  // All that the form needs to know has arrived.
  await page.waitForLoadState("networkidle");
  await page.route("**/api/v1/**", (route) => route.fulfill({ status: 500, body: "down" }));
  const polled = () =>
    page.waitForResponse(
      (response) => new URL(response.url()).pathname.endsWith("/configs") && !response.ok(),
    );
  for (let attempt = 0; attempt < 4; attempt += 1) await polled();
  await goTo(page, "Review");
  await page.getByText("No decision before 500 units").waitFor();
});

test("an AI config is created in place, and its first version is control", async () => {
  const page = await stack.open("/new/experiment?kind=model&step=variants");
  await page.getByRole("button", { name: "Create an AI config" }).click();
  await page.getByRole("button", { name: "Create AI config" }).click();
  await page.getByText("This field is required.").first().waitFor();
  await page.getByLabel("Key of the new AI config").fill("made-in-place");
  await page
    .getByRole("region", { name: "New AI config" })
    .getByLabel("Model", { exact: true })
    .fill("first-model");
  await page.getByRole("button", { name: "Create AI config" }).click();
  await expect
    .poll(() => treatment(page).getByLabel("Model", { exact: true }).inputValue())
    .toBe("first-model");
  expect((await stack.server.admin.call(getConfig, { params: { key: "made-in-place" } })).liveVersion).toBe(
    1,
  );
});
