/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { postConfig } from "#contract/configs.ts";
import { postEvents } from "#contract/events.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { postSampleSize } from "#contract/planning.ts";
import type { sampleSizeInputSchema } from "#model/analysis/sample-size.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
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

const priced = {
  type: "proportion",
  baseline: 0.7,
  minimumDetectableEffect: { kind: "absolute", value: 0.05 },
  unitsPerDay: 500,
  costPerUnit: 0.25,
} as const;
const costs = (page: Page) => page.getByRole("table", { name: "What a decision costs" });

test("it says what a decision costs with the effect, without, and with harm", async () => {
  const page = await stack.open("/sample-size?effect=5");
  await costs(page)
    .getByRole("row", { name: /No difference 98% stopped as out of reach/ })
    .waitFor();
  expect(await costs(page).getByRole("columnheader").allTextContents()).toEqual([
    "If the treatment has",
    "Units",
  ]);
  await page.getByLabel("Units per day").fill("500");
  await page.getByLabel("Cost per unit").fill("0.25");
  const { forPower } = (await ask(priced)).expected;
  if (!forPower) throw new Error("no maximum has this power");
  for (const [name, end] of [
    ["Effect of 5 pp", forPower.effect],
    ["No difference", forPower.none],
    ["Harm of 5 pp", forPower.harm],
  ] as const) {
    const row = costs(page).getByRole("row", { name: new RegExp(`^${name}`) });
    await row.getByText(`$${count(Math.round(end?.dollars ?? 0))}`, { exact: true }).waitFor();
    await row.getByText(count(end?.units ?? 0), { exact: true }).waitFor();
    await row.getByText(`${(end?.days ?? 0).toFixed(1)} days`, { exact: true }).waitFor();
  }
  const { effect, none, harm } = forPower;
  const units = [effect, none, harm].map((end) => count(end?.units ?? 0));
  await page
    .getByRole("img", {
      name: `Units used on average of a maximum of ${count(forPower.maximumUnits ?? 0)}: Effect of 5 pp ${units[0]}, No difference ${units[1]}, Harm of 5 pp ${units[2]}.`,
    })
    .waitFor();
  expect(stack.consoleErrors).toEqual([]);
});

test("another maximum changes the costs at once, by its field and by its slider", async () => {
  const page = await stack.open("/sample-size?effect=5");
  const maxima = page.getByRole("table", { name: "With another maximum" });
  await maxima.getByRole("row", { name: /for 80% power 80%/ }).waitFor();
  await maxima.getByRole("row", { name: /^None 100% .* No end/ }).waitFor();
  await page.getByLabel("Maximum units").fill("6000");
  const { forMaximum } = (await ask({ ...priced, maximumUnits: 6_000 })).expected;
  const power = Math.round(100 * (forMaximum?.effect.chances.promoted ?? 0));
  await maxima.getByRole("row", { name: `6,000, as entered ${power}%` }).waitFor();
  await costs(page)
    .getByText(count(forMaximum?.none.units ?? 0), { exact: true })
    .waitFor();
  const slider = page.getByRole("slider", { name: "Maximum" });
  await slider.press("End");
  await expect.poll(() => page.getByLabel("Maximum units").inputValue()).not.toBe("6000");
  const typed = Number(await page.getByLabel("Maximum units").inputValue());
  await maxima.getByRole("row", { name: `${count(typed)}, as entered` }).waitFor();
  await expect.poll(() => page.url()).toContain(`maximumUnits=${typed}`);
  await page.getByRole("radio", { name: "Go on" }).check();
  await costs(page)
    .getByText(/% undecided/)
    .first()
    .waitFor();
  expect(stack.consoleErrors).toEqual([]);
});

test("the form of an experiment says when it is expected to end", async () => {
  await stack.server.admin.call(postConfig, { body: { key: "reply", value: { model: "small" } } });
  const page = await stack.open("/new/experiment?kind=context&config=reply&step=decision");
  const maximum = page.getByRole("textbox", { name: "Maximum units" });
  await maximum.fill("");
  await page.getByLabel(/ baseline$/).fill("70");
  await page.getByLabel("Minimum detectable effect").fill("5");
  await page.getByRole("radio", { name: "Absolute" }).check();
  const average =
    /it takes on average 1,8\d\d units with the effect, 1,6\d\d without any difference, 9\d\d with as much harm/;
  await page.getByText(average).waitFor();
  await maximum.fill("6000");
  const { forMaximum } = (await ask({ ...priced, maximumUnits: 6_000 })).expected;
  await page
    .getByText(`With a maximum of 6,000 it takes on average ${count(forMaximum?.effect.units ?? 0)} units`)
    .waitFor();
});

test("several treatments share alpha, and need more", async () => {
  const page = await stack.open("/sample-size?effect=5&treatments=3");
  const { alwaysValid, expected } = await ask({ ...priced, treatments: 3 });
  await card(page, "Sequential (always valid)")
    .getByText(`${count(alwaysValid.controlUnits + alwaysValid.treatmentUnits)} units`)
    .waitFor();
  await costs(page)
    .getByText(count(expected.forPower?.effect.units ?? 0), { exact: true })
    .waitFor();
  await page.getByText("each tested at alpha / 3").waitFor();
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
  const costly = "/sample-size?unitsPerDay=800&costPerUnit=0.02&maximumUnits=12000";
  const page = await stack.open(costly, { colorScheme, viewport: PHONE }, secret);
  await page.getByRole("img", { name: /Units needed for effects around 3 pp/ }).waitFor();
  await page.getByRole("img", { name: /^Units used on average of a maximum of 12,000/ }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
  expect(stack.consoleErrors).toEqual([]);
});
