/// <reference lib="dom" />
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { assignmentReplySchema } from "#contract/assignment.ts";
import { getClientPackage } from "#contract/client-package.ts";
import { getConfigs, postConfig } from "#contract/configs.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { createNoted, startOn } from "#test/e2e/support/noted-configs.ts";

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
  const { admin } = stack.server;
  await createNoted(admin, "support-answer", "Support answers");
  await createNoted(admin, "busy", "Search answers");
  await startOn(admin, "busy", "larger-model");
});

afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test("the list says what is live and which experiments run, and finds by words in the address", async () => {
  const page = await stack.open("/configs");
  const row = page.getByRole("row", { name: /Search answers/ });
  await row.getByText("small-model").waitFor();
  await expect.poll(() => row.textContent()).toContain("Version 1");
  await expect
    .poll(() => row.getByRole("link", { name: "Experiment larger-model" }).getAttribute("href"))
    .toBe("/experiments/larger-model");
  await page.getByRole("textbox", { name: "Search AI configs" }).fill("support");
  await expect.poll(() => page.getByRole("row").count()).toBe(2);
  await expect.poll(() => new URL(page.url()).searchParams.get("search")).toBe("support");
  await page.getByRole("link", { name: "Support answers" }).click();
  await page.getByRole("heading", { name: "Support answers", level: 1 }).waitFor();
});

test("the live version is shown as a whole", async () => {
  const page = await stack.open("/configs/busy");
  const panel = page.getByRole("region", { name: "Version 1 is live" });
  await panel.getByText("Answer in detail.").waitFor();
  for (const part of ["small-model", "temperature", "0.7", "As it was."])
    await expect.poll(() => panel.textContent()).toContain(part);
  const uses = page.getByRole("region", { name: "Experiments" });
  await uses.getByRole("link", { name: "Experiment larger-model" }).waitFor();
  await expect.poll(() => uses.textContent()).toContain("Running");
});

test("any two versions can be compared, and the address keeps the pair", async () => {
  const page = await stack.open("/configs/support-answer?compare=1..3");
  const panel = page.getByRole("region", { name: "Compare two versions" });
  await panel.getByText("parameters.temperature").waitFor();
  await panel.getByRole("button", { name: /^To/ }).click();
  await page.getByRole("option", { name: /Version 2/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("compare")).toBe("1..2");
  await expect
    .poll(() => panel.locator("ins").allTextContents())
    .toEqual(expect.arrayContaining([expect.stringContaining("0.2")]));
  await page.reload();
  await panel.getByText("Answer in").waitFor();
  await expect
    .poll(() => panel.locator("del").allTextContents())
    .toEqual(expect.arrayContaining([expect.stringContaining("0.7")]));
});

test("the snippets carry origin, key and config, and the curl command works as it stands", async () => {
  const page = await stack.open("/configs/support-answer?tab=connect");
  const code = page.locator("figure code");
  await page.getByRole("button", { name: "Create a key" }).click();
  await expect.poll(() => code.textContent()).toContain("bk_server_");
  const command = (await code.textContent()) ?? "";
  expect(command).toContain(`${stack.server.dashboard}/api/v1/assign`);
  await expect
    .poll(async () => {
      const { stdout } = await promisify(execFile)("bash", ["-c", command]);
      return assignmentReplySchema.safeParse(JSON.parse(stdout)).data?.value.system_prompt;
    })
    .toBe("Answer in detail.");
  const expected = {
    TypeScript: [
      `npm install ${stack.server.dashboard}/api/bakeoff-sdk.tgz`,
      '"support-answer"',
      "bk_server_",
    ],
    OpenFeature: ["OFREPProvider", `${stack.server.dashboard}/api"`, "Bearer bk_server_", "targetingKey"],
    "Vercel AI SDK": ["bakeoff-sdk/ai", "bakeoffMiddleware", 'config: "support-answer"'],
  };
  for (const [client, parts] of Object.entries(expected)) {
    await page.getByRole("radio", { name: client }).check({ force: true });
    await expect.poll(() => code.textContent()).toContain(parts[0]);
    for (const part of parts) await expect.poll(() => code.textContent()).toContain(part);
  }
  await expect.poll(() => new URL(page.url()).searchParams.get("client")).toBe("ai-sdk");
  const { integrity } = await stack.server.admin.call(getClientPackage);
  await page.getByText(integrity).waitFor();
});

test("hostile, long and right-to-left names are text, and fit on a phone", async () => {
  const { admin } = stack.server;
  const markup = `<script>document.title='owned'</script>${"x".repeat(150)}`;
  const rightToLeft = "שלום עולם ".repeat(18).trim();
  await admin.call(postConfig, { body: { key: "markup", name: markup, value: { prompt: markup } } });
  await admin.call(postConfig, {
    body: { key: "rtl", name: rightToLeft, value: { model: "m".repeat(200) } },
  });
  const page = await stack.open("/configs", { viewport: PHONE });
  await page.getByRole("link", { name: rightToLeft }).waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole("link", { name: markup }).click();
  await page.getByRole("heading", { name: markup, level: 1 }).waitFor();
  expect(await page.title()).not.toBe("owned");
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});

test("an AI config that does not exist says so", async () => {
  stack.expectErrors(/404/);
  const page = await stack.open("/configs/nowhere");
  await page.getByText("Not found").waitFor();
});

test("a reader sees everything and changes nothing: every button says why", async () => {
  const secret = await createReaderKey(stack.server);
  const page = await stack.open("/configs/support-answer?tab=versions", {}, secret);
  const button = page.getByRole("button", { name: "Make version 3 live" });
  await button.waitFor();
  await expect.poll(() => button.getAttribute("title")).toBe("Your key is read-only.");
  await button.click({ force: true });
  for (const name of ["New version", "Edit"]) {
    const locked = page.getByRole("button", { name, exact: true });
    await expect.poll(() => locked.getAttribute("aria-disabled")).toBe("true");
  }
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("every part is accessible in light and dark, and fits on a phone", async () => {
  const paths = [
    ["/configs", "Support answers"],
    ["/configs/support-answer", "Experiments"],
    ["/configs/support-answer?compare=1..2", "Compare two versions"],
    ["/configs/support-answer?tab=history", "History, newest first"],
    ["/configs/support-answer?tab=connect", "Code"],
    ["/configs/support-answer?from=1", "Save"],
    ["/new/config", "Create"],
  ] as const;
  for (const [index, [path, sign]] of paths.entries()) {
    const colorScheme = index % 2 === 0 ? "light" : "dark";
    const page = await stack.open(path, { viewport: PHONE, colorScheme });
    await page.getByRole("main").getByText(sign, { exact: true }).first().waitFor();
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
    expect(await accessibilityViolations(page), `${path}, ${colorScheme}`).toEqual([]);
    await page.emulateMedia({ colorScheme: colorScheme === "light" ? "dark" : "light" });
    expect(await accessibilityViolations(page), path).toEqual([]);
  }
});

test("what is archived is out of the list until it is asked for, and what was never used can be deleted", async () => {
  const { admin } = stack.server;
  await admin.call(postConfig, { body: { key: "leftover", name: "Leftover", value: { model: "small" } } });
  const page = await stack.open("/configs");
  await page.getByRole("link", { name: "Leftover" }).click();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.getByText("Leftover archived").waitFor();
  await page.getByText("Archived", { exact: true }).waitFor();
  await page.goto(`${new URL(page.url()).origin}/configs`);
  await page.getByRole("checkbox", { name: "Show archived (1)" }).waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Leftover" }).count()).toBe(0);
  await page.getByRole("checkbox", { name: "Show archived (1)" }).check();
  await page.getByRole("row", { name: /Leftover.*Archived/ }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await page.getByRole("link", { name: "Leftover" }).click();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  const question = page.getByRole("dialog", { name: "Delete Leftover?" });
  await question.getByText("Its 1 version", { exact: false }).waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await question.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/configs$/);
  const left = await admin.call(getConfigs, { query: { archived: "true" } });
  expect(left.configs.map(({ key }) => key)).not.toContain("leftover");
});

test("an AI config that something is active on can be neither archived nor deleted", async () => {
  const page = await stack.open("/configs/busy");
  await page.getByRole("button", { name: "More" }).click();
  for (const name of [/^Archive/, /^Delete/]) {
    const item = page.getByRole("menuitem", { name });
    await expect.poll(() => item.getAttribute("aria-disabled")).toBe("true");
    await expect.poll(() => item.textContent()).toContain("An experiment");
  }
});
