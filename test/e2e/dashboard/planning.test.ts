/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { postConfig } from "#contract/configs.ts";
import { postEvents } from "#contract/events.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { postSampleSize } from "#contract/planning.ts";
import type { sampleSizeInputSchema } from "#model/analysis/sample-size.ts";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import { accessibilityViolations, DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { untilAnalyzed } from "#test/e2e/support/experiment-setup.ts";
import { unitWith } from "#test/support/assigned-units.ts";

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
});
afterEach(() => stack.closePages());

type Question = z.input<typeof sampleSizeInputSchema>;

const ask = (question: Question) => stack.server.admin.call(postSampleSize, { body: question });
const count = (value: number) => new Intl.NumberFormat("en").format(value);
const card = (page: Page, name: string) => page.getByRole("region", { name });

async function expectUnits(page: Page, question: Question): Promise<void> {
  const { alwaysValid, fixedHorizon } = await ask(question);
  const always = `${count(alwaysValid.controlUnits + alwaysValid.treatmentUnits)} units`;
  const once = `${count(fixedHorizon.controlUnits + fixedHorizon.treatmentUnits)} units`;
  await card(page, "Sequential (always valid)").getByText(always).waitFor();
  await card(page, "Fixed horizon").getByText(once).waitFor();
}

test("a share's plan follows what is typed and equals the API's", async () => {
  const page = await stack.open("/sample-size");
  await page.getByLabel("Baseline").fill("62.5");
  await page.getByLabel("Minimum detectable effect").fill("4");
  await expectUnits(page, {
    type: "proportion",
    baseline: 0.625,
    minimumDetectableEffect: { kind: "absolute", value: 0.04 },
  });
  await page.getByRole("radio", { name: "Relative" }).check();
  await page.getByLabel("Power").fill("0.9");
  await page.getByLabel("Allocation ratio").fill("0.5");
  await expectUnits(page, {
    type: "proportion",
    baseline: 0.625,
    minimumDetectableEffect: { kind: "relative", value: 0.04 },
    power: 0.9,
    ratio: 0.5,
  });
  expect(stack.consoleErrors).toEqual([]);
});

test("the address holds every input, so that a link shows the same plan", async () => {
  const page = await stack.open("/sample-size");
  await page.getByRole("radio", { name: "Mean" }).check();
  await page.getByLabel("Baseline").fill("1840");
  await page.getByLabel("Standard deviation").fill("900");
  await page.getByLabel("Minimum detectable effect").fill("100");
  await page.getByLabel("Units per day").fill("1200");
  const question = {
    type: "mean",
    baseline: 1_840,
    standardDeviation: 900,
    minimumDetectableEffect: { kind: "absolute", value: 100 },
    unitsPerDay: 1_200,
  } as const;
  await expectUnits(page, question);
  await expect.poll(() => page.url()).toContain("unitsPerDay=1200");
  const { pathname, search } = new URL(page.url());
  const other = await stack.open(pathname + search);
  await expectUnits(other, question);
  await expect.poll(() => other.getByLabel("Standard deviation").inputValue()).toBe("900");
  const { alwaysValid } = await ask(question);
  await expect
    .poll(() => other.locator(".plan-sentence").textContent())
    .toContain(`we need ${count(alwaysValid.controlUnits + alwaysValid.treatmentUnits)} units`);
});

test("given units it says what they can find", async () => {
  const page = await stack.open("/sample-size?ask=units&units=8000&baseline=70");
  const { alwaysValid } = await ask({ type: "proportion", baseline: 0.7, units: 8_000 });
  const points = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 }).format(
    alwaysValid.minimumDetectableEffect.absolute * 100,
  );
  await card(page, "Sequential (always valid)").getByText(`${points} pp`).waitFor();
});

test("nonsense is refused at its field and never asked", async () => {
  const page = await stack.open("/sample-size");
  await page.getByLabel("Baseline").fill("170");
  await page.getByText("This must be less than 100%.").waitFor();
  await page.getByLabel("Baseline").fill("seventy");
  await page.getByText("Enter a number.").waitFor();
  await page.getByText("Fill in all fields to see the result.").waitFor();
  expect(stack.consoleErrors).toEqual([]);
  await page.getByLabel("Baseline").fill("99");
  await page.getByLabel("Minimum detectable effect").fill("5");
  await page.getByText("the treatment's proportion would reach 1").waitFor();
});

test("a plan is made from what an earlier experiment has seen", async () => {
  const { admin } = stack.server;
  await admin.call(postConfig, { body: { key: "answer", value: { model: "small" } } });
  const variants = ["old", "new"].map((key) => ({ key, version: 1, weight: 0.5 }));
  const metrics = [{ metric: "latency_ms", role: "primary" }];
  await admin.call(postExperiment, {
    body: {
      key: "earlier",
      name: "An earlier one",
      kind: "model",
      config: "answer",
      variants,
      control: "old",
      metrics,
    },
  });
  await admin.call(postStart, { params: { key: "earlier" } });
  const weights = { old: 0.5, new: 0.5 };
  const events = Array.from({ length: 60 }, (_, index) => {
    const variant = index % 2 === 0 ? "old" : "new";
    return {
      id: `event-${index}`,
      experiment: "earlier",
      variant,
      unit: unitWith(`user-${index}`, [{ key: "earlier", weights }, variant]),
      metrics: { latency_ms: 1_000 + ((index * 37) % 200) },
    };
  });
  await admin.call(postEvents, { body: { events } });
  await untilAnalyzed(stack.server, "earlier", 60);
  const page = await stack.open("/sample-size?type=observed&effect=10&effectKind=relative");
  await expect
    .poll(
      async () => {
        await page.getByRole("combobox", { name: "Experiment" }).fill("An earlier");
        return page.getByRole("option", { name: /An earlier one/ }).count();
      },
      { interval: 500 },
    )
    .toBe(1);
  await page.getByRole("option", { name: /An earlier one/ }).click();
  await page.getByRole("button", { name: /Metric/ }).click();
  await page.getByRole("option", { name: /Latency/ }).click();
  await expectUnits(page, {
    type: "observed",
    experiment: "earlier",
    metric: "latency_ms",
    minimumDetectableEffect: { kind: "relative", value: 0.1 },
  });
  await page.getByText("from 30 units").waitFor();

  const form = await stack.open("/new/experiment?kind=context&config=answer&step=metrics");
  await form
    .getByText(/Latency may grow by at most 10% of control: from about 1,\d{3} ms, as in ‘earlier’/)
    .waitFor();
});

test.each(["light", "dark"] as const)("the calculator is accessible in %s colors", async (colorScheme) => {
  const secret = await createReaderKey(stack.server);
  const page = await stack.open("/sample-size", { colorScheme, viewport: PHONE }, secret);
  await page.getByRole("img", { name: /Units needed for effects around 3 pp/ }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
  expect(stack.consoleErrors).toEqual([]);
});
