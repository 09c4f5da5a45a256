/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { postConfigVersion } from "#contract/configs.ts";
import { postStart, postStop } from "#contract/experiments.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { FormWorld, focusedValue, goTo, heading, treatment } from "#test/e2e/support/experiment-form.ts";

const STEPS = ["question", "variants", "metrics", "decision", "review"] as const;

let stack: DashboardStack;
let form: FormWorld;

beforeAll(async () => {
  stack = await DashboardStack.start();
  form = new FormWorld(stack.server.admin);
});
afterEach(() => stack.closePages());

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

test("a copy of an experiment gets its own key and everything else", async () => {
  const config = await form.newConfig();
  await form.newDraft("original", config, { coverage: 0.4, condition: { country: "CA" } });
  const page = await stack.open("/new/experiment?from=original&step=review");
  await page
    .getByText(`40% of the traffic of ${config}, for users who match the targeting condition`)
    .waitFor();
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/original-2");
  const [before, after] = [await form.read("original"), await form.read("original-2")];
  expect(after.status).toBe("draft");
  expect(after.spec).toEqual({ ...before.spec, key: "original-2", seed: "original-2" });
  expect(await form.readVersions(config)).toHaveLength(1);
});

test("a draft is edited in the same form; its key and AI config stay", async () => {
  const config = await form.newConfig();
  await form.newDraft("to-edit", config);
  const page = await stack.open("/experiments/to-edit/edit");
  await page.getByText("The key cannot be changed.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Edited");
  await goTo(page, "Metrics");
  await page.getByLabel("Tolerated harm").fill("12.5");
  await page.getByText("Latency may grow by at most 12.5% of control").waitFor();
  await goTo(page, "Review");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/to-edit");
  const { spec } = await form.read("to-edit");
  expect(spec.name).toBe("Edited");
  expect(spec.metrics[1]?.margin).toEqual({ kind: "relative", value: 0.125 });
  expect(spec.variants.map(({ weight }) => weight)).toEqual([0.7, 0.3]);
});

test("a draft that somebody else has changed since it was opened is not overwritten", async () => {
  await form.newDraft("shared-draft", await form.newConfig());
  const [mine, theirs] = [
    await stack.open("/experiments/shared-draft/edit"),
    await stack.open("/experiments/shared-draft/edit"),
  ];
  for (const [page, name] of [
    [mine, "Mine"],
    [theirs, "Theirs"],
  ] as const) {
    await page.getByLabel("Name", { exact: true }).fill(name);
    await goTo(page, "Review");
  }
  await theirs.getByRole("button", { name: "Save draft" }).click();
  await theirs.waitForURL("**/experiments/shared-draft");
  stack.expectErrors(/409/);
  await mine.getByRole("button", { name: "Save draft" }).click();
  await mine.getByRole("alert").getByText("Someone else changed this draft after you opened it.").waitFor();
  expect((await form.read("shared-draft")).spec.name).toBe("Theirs");
  await mine.reload();
  await goTo(mine, "Question");
  await expect.poll(() => mine.getByLabel("Name", { exact: true }).inputValue()).toBe("Theirs");
});

test("strata, covariates and attributes are saved, shown, and told where they are wrong", async () => {
  const config = await form.newConfig();
  await form.newDraft("by-attributes", config);
  const page = await stack.open("/experiments/by-attributes/edit?step=decision");
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByLabel("Strata attribute").fill("task");
  await page.getByLabel("Strata values").fill("code, code");
  await goTo(page, "Review");
  await goTo(page, "Decision");
  await page.getByText("A value can be listed only once.").waitFor();
  await page.getByLabel("Strata values").fill("code, math");
  await page.getByLabel("Numeric covariates").fill("promptLength");
  await page.getByLabel("Attributes to keep for segments").fill("tier, language");
  await goTo(page, "Review");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/by-attributes");
  expect((await form.read("by-attributes")).spec).toMatchObject({
    adjustFor: { strata: { attribute: "task", values: ["code", "math"] }, covariates: ["promptLength"] },
    attributes: ["tier", "language"],
  });
  await page.goto(`${stack.server.dashboard}/experiments/by-attributes?tab=setup`);
  await page.getByText("task (code, math); promptLength").waitFor();
});

test("while it runs only what moves nobody may change, and after the end nothing", async () => {
  const config = await form.newConfig();
  await form.newDraft("in-flight", config, { coverage: 0.5 });
  await stack.server.admin.call(postStart, { params: { key: "in-flight" } });
  const another = await stack.open("/new/experiment?from=in-flight&step=variants");
  await another.getByText("‘in-flight’ is active on this AI config.").waitFor();
  const page = await stack.open("/experiments/in-flight/edit");
  await page.getByText("Changing them would move users between variants").waitFor();
  await page.getByLabel("Coverage").fill("30");
  await page.getByText("Coverage is 50% and can only be increased").waitFor();
  const save = page.getByRole("button", { name: "Save changes" });
  await expect.poll(() => save.getAttribute("aria-disabled")).toBe("true");
  await page.getByLabel("Coverage").fill("80");
  await page.getByLabel("Hypothesis").fill("Written down late.");
  await page.getByLabel("Event properties to keep").fill("plan, language");
  expect(await accessibilityViolations(page)).toEqual([]);
  await save.click();
  await page.waitForURL("**/experiments/in-flight");
  expect((await form.read("in-flight")).spec).toMatchObject({
    coverage: 0.8,
    hypothesis: "Written down late.",
    properties: ["plan", "language"],
  });

  await stack.server.admin.call(postStop, { params: { key: "in-flight" } });
  await page.goto(`${stack.server.dashboard}/experiments/in-flight/edit`);
  await page.getByRole("heading", { name: "This experiment has ended" }).waitFor();
  await page.getByRole("link", { name: "Create a copy" }).click();
  await page.waitForURL("**/new/experiment?from=in-flight");
  await expect.poll(() => page.getByLabel("Key", { exact: true }).inputValue()).toBe("in-flight-2");
});

test("an experiment is set up and saved with the keyboard alone", async () => {
  const config = await form.newConfig();
  const page = await stack.open("/new/experiment");
  await page.getByRole("radio").first().waitFor();
  await tabTo(page, /Is a shorter prompt good enough/);
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
  expect((await form.read("by-keyboard")).spec.kind).toBe("model");
  expect((await form.readVersions(config))[0]?.value.model).toBe("typed-model");
});

test("what the API refuses is shown at its field, and no version is created twice", async () => {
  const config = await form.newConfig();
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
  const fault = page.getByText("The API does not like this alpha.");
  // A click that meets the list while it is drawn anew is lost, as for a person, who clicks again.
  await expect
    .poll(async () => {
      const link = page.getByRole("button", { name: "Decision: alpha" });
      // One that is gone by now must not be waited for until the end of the test.
      if (await link.isVisible()) await link.click({ timeout: 2_000 }).catch(() => undefined);
      return fault.isVisible();
    })
    .toBe(true);
  await expect.poll(() => page.getByLabel("Alpha").getAttribute("aria-invalid")).toBe("true");
  expect(await form.readVersions(config)).toHaveLength(2);

  await page.unroute("**/api/v1/experiments");
  await page.getByLabel("Alpha").fill("0.04");
  await page.reload({ waitUntil: "commit" });
  await goTo(page, "Review");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL("**/experiments/refused-once");
  expect(await form.readVersions(config)).toHaveLength(2);
  expect((await form.read("refused-once")).spec).toMatchObject({
    alpha: 0.04,
    variants: [{}, { version: 2 }],
  });
});

test("a reader may plan but not save", async () => {
  const config = await form.newConfig();
  const secret = await createReaderKey(stack.server);
  const page = await stack.open(`/new/experiment?kind=model&config=${config}`, {}, secret);
  await page.getByText("Your key is read-only. You can plan an experiment here").waitFor();
  await goTo(page, "Review");
  const save = page.getByRole("button", { name: "Save draft" });
  await save.press("Enter");
  await expect.poll(() => save.getAttribute("title")).toBe("Your key is read-only.");
  await expect.poll(() => page.url()).toContain("step=review");
});

test.each(["light", "dark"] as const)("every step is accessible in %s colors", async (colorScheme) => {
  const config = await form.newConfig();
  await stack.server.admin.call(postConfigVersion, {
    params: { key: config },
    body: { value: { model: "x".repeat(190) } },
  });
  const page = await stack.open(`/new/experiment?kind=prompt&config=${config}`, { colorScheme });
  for (const step of STEPS) {
    await goTo(page, step.charAt(0).toUpperCase() + step.slice(1));
    if (step === "variants") await treatment(page).getByLabel("Prompt", { exact: true }).fill("Shorter.");
    if (step === "decision") {
      await page.getByText("Advanced", { exact: true }).click();
      await page.getByLabel("Task success baseline").fill("70");
      await page.getByText(/with 80% power in a sequential test/).waitFor();
    }
    expect(await accessibilityViolations(page), step).toEqual([]);
  }
  expect(stack.consoleErrors).toEqual([]);
});

test("no step scrolls sideways on a phone", async () => {
  const config = await form.newConfig();
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
