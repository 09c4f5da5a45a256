import { afterEach, beforeAll, expect, test } from "vitest";
import { assignOne } from "#contract/assignment.ts";
import { getAudit } from "#contract/audit.ts";
import { getConfig, getConfigVersions } from "#contract/configs.ts";
import { getExperiment, postPromotion } from "#contract/experiments.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createNoted, startOn } from "#test/e2e/support/noted-configs.ts";
import { openByKeyboard } from "#test/e2e/support/open-by-keyboard.ts";

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
  const { admin } = stack.server;
  await createNoted(admin, "support-answer", "Support answers");
  await createNoted(admin, "busy", "Search answers");
  await createNoted(admin, "promoted", "Summaries");
  await createNoted(admin, "released", "Translations");
  await startOn(admin, "busy", "larger-model");
  await startOn(admin, "promoted", "shorter");
  await admin.call(postPromotion, {
    params: { key: "shorter" },
    body: { variant: "v2", reason: "Clearly better." },
  });
});

afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});

/** The version that apps get for a config that no experiment runs on. */
async function assignedVersion(config: string): Promise<number> {
  const { version } = await stack.server.admin.call(assignOne, { body: { config, unit: "u-1" } });
  return version;
}

test("a new version starts from any other, shows what changes, and reaches nobody until it is made live", async () => {
  const page = await stack.open("/configs/support-answer?tab=versions");
  await page.getByRole("button", { name: "Start a new version from version 2" }).click();
  await page.getByRole("heading", { name: "New version 4, starting from version 2" }).waitFor();
  await page.getByRole("textbox", { name: "System prompt" }).fill("Answer in one sentence.");
  const changes = page.getByRole("region", { name: "Changes from version 2" });
  await changes.getByText("one sentence", { exact: false }).first().waitFor();
  await page.getByRole("textbox", { name: "Temperature" }).fill("9");
  await page.getByRole("button", { name: "Save version 4" }).click();
  await page.getByText("Not saved. Fix the marked fields.").waitFor();
  await page.getByRole("textbox", { name: "Temperature" }).fill("0.3");
  await page.getByRole("textbox", { name: "Note" }).fill("Even shorter.");
  await page.getByRole("button", { name: "Save version 4" }).click();
  await page.getByText("Version 4 saved. It is not live yet.").waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("compare")).toBe("2..4");
  const list = await stack.server.admin.call(getConfigVersions, { params: { key: "support-answer" } });
  expect(list.versions[0]).toMatchObject({
    version: 4,
    note: "Even shorter.",
    value: {
      model: "small-model",
      system_prompt: "Answer in one sentence.",
      parameters: { temperature: 0.3 },
    },
  });
  expect(await assignedVersion("support-answer")).toBe(1);
});

test("leaving a version that was begun asks first", async () => {
  const page = await stack.open("/configs/support-answer?from=1");
  await page.getByRole("textbox", { name: "System prompt" }).fill("Half a thought");
  const asked = new Promise<string>((resolve) =>
    page.once("dialog", (dialog) => {
      resolve(dialog.message());
      void dialog.dismiss();
    }),
  );
  await page.getByRole("link", { name: "Metrics" }).click();
  expect(await asked).toContain("Leave without saving");
  expect(new URL(page.url()).pathname).toBe("/configs/support-answer");
});

test("the history leads back to an older version, by keyboard alone, and apps get it", async () => {
  const { admin } = stack.server;
  const page = await stack.open("/configs/promoted?tab=history");
  const promotion = page.getByRole("listitem").filter({ hasText: "Made version 2 live, after version 1" });
  await promotion.getByText("Clearly better.").waitFor();
  await promotion.getByRole("link", { name: "shorter" }).waitFor();
  const dialog = page.getByRole("dialog", { name: "Make version 1 live?" });
  await openByKeyboard(page.getByRole("button", { name: "Go back to version 1" }), dialog);
  await expect.poll(() => dialog.textContent()).toContain("gets version 1 instead of version 2");
  await dialog.getByRole("textbox", { name: "Reason" }).focus();
  await page.keyboard.type("Users miss the detail.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Version 1 is live. It reaches all traffic within 5 seconds.").waitFor();
  await expect.poll(() => assignedVersion("promoted")).toBe(1);
  const audit = await admin.call(getAudit, { query: { subject: "config:promoted" } });
  expect(audit.entries[0]).toMatchObject({
    action: "config.set_live",
    reason: "Users miss the detail.",
    details: { from: 2, to: 1 },
  });
  await page.getByRole("listitem").filter({ hasText: "Users miss the detail." }).waitFor();
});

test("what changes something waits until it is known what the key may do, and says so", async () => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const page = await stack.open("/metrics");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.route("**/v1/session", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(new URL("/configs/support-answer?tab=versions", page.url()).href);
  const button = page.getByRole("button", { name: "New version", exact: true });
  await expect.poll(() => button.getAttribute("title")).toBe("Still checking what your key can do.");
  await button.press("Enter");
  expect(new URL(page.url()).search).toBe("?tab=versions");
  answer();
  await expect.poll(() => button.getAttribute("aria-disabled")).toBeNull();
  await button.press("Enter");
  await page.getByRole("textbox", { name: "System prompt" }).waitFor();
});

test("while an experiment runs, the live version cannot be changed: the dialog says why and links to it", async () => {
  const page = await stack.open("/configs/busy?tab=versions");
  await page.getByRole("button", { name: "Make version 3 live" }).click();
  const dialog = page.getByRole("dialog", { name: "Version 3 cannot go live now" });
  const link = dialog.getByRole("link", { name: "Experiment larger-model" });
  await expect.poll(() => link.getAttribute("href")).toBe("/experiments/larger-model");
  expect(await dialog.getByRole("button", { name: /live/ }).count()).toBe(0);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("a change that the API refuses is shown at once and taken back", async () => {
  stack.expectErrors(/409/);
  const page = await stack.open("/configs/support-answer?tab=versions");
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/live", async (route) => {
    await held;
    await route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "about:blank",
        title: "Conflict",
        status: 409,
        code: "config_busy",
        detail: "An experiment has just started.",
      }),
    });
  });
  await page.getByRole("button", { name: "Make version 3 live" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make version 3 live" }).click();
  const third = page.getByRole("row", { name: /^Version 3/ });
  await third.getByText("Live", { exact: true }).waitFor();
  answer();
  await page.getByText("The live version is unchanged.").waitFor();
  await third.getByText("Live", { exact: true }).waitFor({ state: "detached" });
  await page
    .getByRole("row", { name: /^Version 1/ })
    .getByText("Live", { exact: true })
    .waitFor();
});

test("name and description can be changed; a name that is too long is refused at its field", async () => {
  await createNoted(stack.server.admin, "renamed", "Old name");
  const page = await stack.open("/configs/renamed");
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Name and description" });
  await dialog.getByRole("textbox", { name: "Display name" }).fill("x".repeat(201));
  await expect
    .poll(() => dialog.getByRole("textbox", { name: "Display name" }).getAttribute("aria-invalid"))
    .toBe("true");
  await dialog.getByRole("textbox", { name: "Display name" }).fill("New name");
  await dialog.getByRole("textbox", { name: "Description" }).fill("What it is for.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "New name", level: 1 }).waitFor();
  await dialog.waitFor({ state: "detached" });
  await expect
    .poll(() => stack.server.admin.call(getConfig, { params: { key: "renamed" } }))
    .toMatchObject({ name: "New name", description: "What it is for." });
});

test("a new AI config is refused field by field, then created with its first version live", async () => {
  stack.expectErrors(/409/);
  const page = await stack.open("/new/config");
  const key = page.getByRole("textbox", { name: "Key", exact: true });
  await key.fill("not a key");
  await page.getByRole("button", { name: "Create AI config" }).click();
  await expect.poll(() => key.getAttribute("aria-invalid")).toBe("true");
  await key.fill("support-answer");
  await page.getByRole("textbox", { name: "Model", exact: true }).fill("tiny-model");
  await page.getByRole("button", { name: "Create AI config" }).click();
  await page.getByText("There already is an AI config 'support-answer'.").first().waitFor();
  await key.fill("classify");
  await page.getByRole("button", { name: "Create AI config" }).click();
  await page.getByRole("heading", { name: "classify", level: 1 }).waitFor();
  await expect.poll(() => assignedVersion("classify").catch(() => 0)).toBe(1);
});

test("a version is made live by stages, watched by the metrics that were chosen", async () => {
  const page = await stack.open("/configs/released?tab=versions");
  await page.getByRole("button", { name: "Make version 2 live" }).click();
  const dialog = page.getByRole("dialog", { name: "Make version 2 live?" });
  await dialog.getByRole("radio", { name: "By stages" }).check({ force: true });
  await dialog
    .getByText("It goes to 25% of the units for 1 h, then to 95% of the units for", { exact: false })
    .waitFor();
  await dialog.getByLabel("Primary metric").selectOption("");
  await dialog.getByRole("button", { name: "Start the release" }).click();
  await dialog.getByText("Choose a primary metric.").waitFor();
  await dialog.getByLabel("Primary metric").selectOption("Task success");
  await dialog.getByLabel("Tolerated harm to a guardrail").fill("2");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityViolations(page)).toEqual([]);
  }
  await page.setViewportSize(PHONE);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await dialog.getByRole("textbox", { name: "Reason" }).fill("A shorter prompt.");
  await dialog.getByRole("button", { name: "Start the release" }).click();
  await page.getByRole("heading", { name: /Release, stage 1 of/ }).waitFor();
  const { spec, status } = await stack.server.admin.call(getExperiment, {
    params: { key: new URL(page.url()).pathname.split("/").at(-1) ?? "" },
  });
  expect(status).toBe("running");
  expect(spec.metrics).toMatchObject([
    { metric: "task_success", role: "primary" },
    { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.02 } },
  ]);
});
