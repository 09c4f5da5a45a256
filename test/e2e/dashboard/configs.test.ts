import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { aiConfig, aiConfigVersion, type ConfigValue } from "../../../src/model/ai-config.ts";
import { assignmentReply } from "../../../src/model/assignment.ts";
import { experiment } from "../../../src/model/experiment.ts";
import { auditList, configVersionList } from "../../../src/model/listing.ts";
import { createReaderKey } from "../support/create-key.ts";
import { accessibilityViolations, DashboardStack, PHONE } from "../support/dashboard-stack.ts";

const versions: readonly { value: ConfigValue; note: string }[] = [
  {
    value: { model: "small-model", system_prompt: "Answer in detail.", parameters: { temperature: 0.7 } },
    note: "As it was.",
  },
  {
    value: {
      model: "small-model",
      system_prompt: "Answer in two sentences.",
      parameters: { temperature: 0.2 },
    },
    note: "Shorter.",
  },
  { value: { model: "large-model", system_prompt: "Answer in bullets." }, note: "Another model." },
];

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
  await createConfig("support-answer", "Support answers");
  await createConfig("busy", "Search answers");
  await createConfig("promoted", "Summaries");
  await startExperiment("larger-model", "busy");
  await startExperiment("shorter", "promoted");
  const { admin } = stack.server;
  await admin.post(
    "/v1/experiments/shorter/promote",
    { variant: "v2", reason: "Clearly better." },
    experiment,
  );
});

afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});
afterAll(() => stack.stop());

async function createConfig(key: string, name: string): Promise<void> {
  const { admin } = stack.server;
  const [first, ...others] = versions;
  await admin.post("/v1/configs", { key, name, ...first }, aiConfig);
  for (const version of others) await admin.post(`/v1/configs/${key}/versions`, version, aiConfigVersion);
}

async function startExperiment(key: string, config: string): Promise<void> {
  const { admin } = stack.server;
  const input = {
    key,
    name: `Experiment ${key}`,
    kind: "system_prompt",
    config,
    variants: [
      { key: "v1", version: 1, weight: 0.5 },
      { key: "v2", version: 2, weight: 0.5 },
    ],
    control: "v1",
    metrics: [{ metric: "task_success", role: "primary" }],
  };
  await admin.post("/v1/experiments", input, experiment);
  await admin.post(`/v1/experiments/${key}/start`, {}, experiment);
}

/** The version that apps get for a config that no experiment runs on. */
async function assignedVersion(config: string): Promise<number> {
  const { version } = await stack.server.admin.post("/v1/assign", { config, unit: "u-1" }, assignmentReply);
  return version;
}

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
  const uses = page.getByRole("region", { name: "Experiments on it" });
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

test("a new version starts from any other, shows what changes, and reaches nobody until it is made live", async () => {
  const page = await stack.open("/configs/support-answer?tab=versions");
  await page.getByRole("button", { name: "Start a new version from version 2" }).click();
  await page.getByRole("heading", { name: "New version 4, starting from version 2" }).waitFor();
  await page.getByRole("textbox", { name: "System prompt" }).fill("Answer in one sentence.");
  const changes = page.getByRole("region", { name: "What changes against version 2" });
  await changes.getByText("one sentence", { exact: false }).first().waitFor();
  await page.getByRole("textbox", { name: "Temperature" }).fill("9");
  await page.getByRole("button", { name: "Save version 4" }).click();
  await page.getByText("Nothing was saved: mend the fields that say what is wrong.").waitFor();
  await page.getByRole("textbox", { name: "Temperature" }).fill("0.3");
  await page.getByRole("textbox", { name: "Note" }).fill("Even shorter.");
  await page.getByRole("button", { name: "Save version 4" }).click();
  await page.getByText("Version 4 is saved. Nobody gets it yet.").waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("compare")).toBe("2..4");
  const list = await stack.server.admin.get("/v1/configs/support-answer/versions", configVersionList);
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
  await page.getByRole("button", { name: "Go back to version 1" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Make version 1 live?" });
  await expect.poll(() => dialog.textContent()).toContain("gets version 1 instead of version 2");
  await dialog.getByRole("textbox", { name: "Reason" }).focus();
  await page.keyboard.type("Users miss the detail.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Version 1 is live. Every edge serves it within 5 seconds.").waitFor();
  await expect.poll(() => assignedVersion("promoted")).toBe(1);
  const audit = await admin.get("/v1/audit?subject=config:promoted", auditList);
  expect(audit.entries[0]).toMatchObject({
    action: "config.set_live",
    reason: "Users miss the detail.",
    details: { from: 2, to: 1 },
  });
  await page.getByRole("listitem").filter({ hasText: "Users miss the detail." }).waitFor();
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
  await page.getByText("The live version stays as it was.").waitFor();
  await third.getByText("Live", { exact: true }).waitFor({ state: "detached" });
  await page
    .getByRole("row", { name: /^Version 1/ })
    .getByText("Live", { exact: true })
    .waitFor();
});

test("name and description can be changed; a name that is too long is refused at its field", async () => {
  await createConfig("renamed", "Old name");
  const page = await stack.open("/configs/renamed");
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Name and description" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("x".repeat(201));
  await expect
    .poll(() => dialog.getByRole("textbox", { name: "Name" }).getAttribute("aria-invalid"))
    .toBe("true");
  await dialog.getByRole("textbox", { name: "Name" }).fill("New name");
  await dialog.getByRole("textbox", { name: "Description" }).fill("What it is for.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "New name", level: 1 }).waitFor();
  await dialog.waitFor({ state: "detached" });
  await expect
    .poll(() => stack.server.admin.get("/v1/configs/renamed", aiConfig))
    .toMatchObject({ name: "New name", description: "What it is for." });
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
      return assignmentReply.safeParse(JSON.parse(stdout)).data?.value.system_prompt;
    })
    .toBe("Answer in detail.");
  const expected = {
    TypeScript: ["bakeoff-sdk", "const supportAnswer = await", '"support-answer"', "bk_server_"],
    OpenFeature: ["OFREPProvider", `${stack.server.dashboard}/api"`, "Bearer bk_server_", "targetingKey"],
    "Vercel AI SDK": ["bakeoff-sdk/ai", "bakeoffMiddleware", 'config: "support-answer"'],
  };
  for (const [client, parts] of Object.entries(expected)) {
    await page.getByRole("radio", { name: client }).check({ force: true });
    await expect.poll(() => code.textContent()).toContain(parts[0]);
    for (const part of parts) await expect.poll(() => code.textContent()).toContain(part);
  }
  await expect.poll(() => new URL(page.url()).searchParams.get("client")).toBe("ai-sdk");
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

test("hostile, long and right-to-left names are text, and fit on a phone", async () => {
  const { admin } = stack.server;
  const markup = `<script>document.title='owned'</script>${"x".repeat(150)}`;
  const rightToLeft = "שלום עולם ".repeat(18).trim();
  await admin.post("/v1/configs", { key: "markup", name: markup, value: { prompt: markup } }, aiConfig);
  await admin.post(
    "/v1/configs",
    { key: "rtl", name: rightToLeft, value: { model: "m".repeat(200) } },
    aiConfig,
  );
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
  await page.getByText("There is nothing at this address").waitFor();
});

test("a reader sees everything and changes nothing: every button says why", async () => {
  const secret = await createReaderKey(stack.server);
  const page = await stack.open("/configs/support-answer?tab=versions", {}, secret);
  const button = page.getByRole("button", { name: "Make version 3 live" });
  await button.waitFor();
  await expect.poll(() => button.getAttribute("title")).toBe("Your key may only read.");
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
    ["/configs/support-answer", "Experiments on it"],
    ["/configs/support-answer?compare=1..2", "Compare two versions"],
    ["/configs/support-answer?tab=history", "What happened to it, newest first"],
    ["/configs/support-answer?tab=connect", "Ask for it"],
    ["/configs/support-answer?from=1", "Save it"],
    ["/new/config", "Create it"],
  ] as const;
  for (const [index, [path, sign]] of paths.entries()) {
    const colorScheme = index % 2 === 0 ? "light" : "dark";
    const page = await stack.open(path, { viewport: PHONE, colorScheme });
    await page.getByText(sign, { exact: true }).first().waitFor();
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
    expect(await accessibilityViolations(page), `${path}, ${colorScheme}`).toEqual([]);
    await page.emulateMedia({ colorScheme: colorScheme === "light" ? "dark" : "light" });
    expect(await accessibilityViolations(page), path).toEqual([]);
  }
});
