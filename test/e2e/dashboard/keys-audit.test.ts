import type { Page } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { getAudit } from "#contract/audit.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { getKeys, postKey } from "#contract/keys.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { createReaderKey } from "#test/e2e/support/create-key.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { openByKeyboard } from "#test/e2e/support/open-by-keyboard.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";

/** More than the dashboard reads in one go. */
const ACTS = 110;

let stack: DashboardStack;

beforeAll(async () => {
  stack = await DashboardStack.start();
  const { admin } = stack.server;
  await admin.call(postConfig, { body: { key: "answer", name: "Answers", value: { model: "small" } } });
  for (let index = 0; index < ACTS; index++) {
    await admin.call(postConfigVersion, {
      params: { key: "answer" },
      body: { value: { model: `model-${index}` } },
    });
  }
  const live = await fetch(`${stack.server.api}/v1/configs/answer/live`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ version: 2, reason: "<script>document.title='owned'</script>" }),
  });
  expect(live.status).toBe(200);
  await admin.call(postConfig, { body: { key: "other", value: { model: "small" } } });
});
afterEach(async () => {
  const errors = [...stack.consoleErrors];
  await stack.closePages();
  expect(errors).toEqual([]);
});

function statusWith(secret: string, path = "/v1/configs"): Promise<number> {
  return fetch(stack.server.api + path, { headers: { authorization: `Bearer ${secret}` } }).then(
    ({ status }) => status,
  );
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test("a key is created by keyboard alone, its secret is shown once and works, and revoking ends it", async () => {
  const page = await stack.open("/keys");
  const dialog = page.getByRole("dialog");
  await openByKeyboard(page.getByRole("button", { name: "New key" }), dialog);
  await dialog.getByRole("textbox", { name: "Name" }).focus();
  await page.keyboard.type("Reports");
  await dialog.getByRole("radio", { name: /^Server/ }).focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => dialog.getByRole("radio", { name: /^Read/ }).isChecked()).toBe(true);
  await page.keyboard.press("Enter");
  const secret = (await dialog.locator("code.secret").textContent()) ?? "";
  expect(secret).toMatch(/^bk_read_/);
  await page.keyboard.press("Escape");
  await dialog.getByText("Store the secret and check the box first", { exact: false }).waitFor();
  await dialog.getByRole("checkbox", { name: "I have stored it" }).focus();
  await page.keyboard.press("Space");
  await dialog.getByRole("button", { name: "Done" }).focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  expect(await page.content()).not.toContain(secret);
  const row = page.getByRole("row", { name: /Reports/ });
  await row.getByText("Active").waitFor();
  await expect.poll(() => row.textContent()).toContain("by Admin key");
  await expect.poll(() => statusWith(secret)).toBe(200);

  await row.getByRole("button", { name: "Revoke Reports" }).click();
  await page.getByText("This cannot be undone", { exact: false }).waitFor();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await page.getByText("Reports revoked.", { exact: false }).waitFor();
  await row.getByText("Revoked", { exact: true }).waitFor();
  await expect.poll(() => statusWith(secret)).toBe(401);
});

test("a key without a name is refused at its field, and nothing is created", async () => {
  const before = await stack.server.admin.call(getKeys);
  const page = await stack.open("/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const name = dialog.getByRole("textbox", { name: "Name" });
  await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await stack.server.admin.call(getKeys)).toEqual(before);
});

test("a key is bound where it is made, and says so; what cannot be a bound is refused at its field", async () => {
  const page = await stack.open("/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Page of the shop");
  await dialog.getByText("Restrictions").click();
  const origins = dialog.getByRole("textbox", { name: "Origins" });
  expect(await origins.count()).toBe(0);
  await dialog.getByRole("radio", { name: /^Client/ }).check();
  await dialog.getByRole("textbox", { name: "AI configs" }).fill("answer\nother");
  await origins.fill("shop.example.com");
  await dialog.getByRole("textbox", { name: "Expires after" }).fill("7,5");
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByText("An origin is a scheme and a host", { exact: false }).waitFor();
  await dialog.getByText("Enter a whole number of days, from 1 to 9999.").waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await origins.fill("https://shop.example.com");
  await dialog.getByRole("textbox", { name: "Expires after" }).fill("30");
  const before = Date.now();
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByRole("checkbox", { name: "I have stored it" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: /Page of the shop/ });
  for (const words of ["Only for answer, other.", "Only from https://shop.example.com.", /^Expires /]) {
    await row.getByText(words).waitFor();
  }
  const { keys } = await stack.server.admin.call(getKeys);
  const key = keys.find(({ name }) => name === "Page of the shop");
  expect(key).toMatchObject({ configs: ["answer", "other"], origins: ["https://shop.example.com"] });
  const month = 30 * 86_400_000;
  expect(key?.expiresAt).toBeGreaterThanOrEqual(before + month);
  expect(key?.expiresAt).toBeLessThanOrEqual(Date.now() + month);
});

test("a quarantine begins when it is told to, not in the future, and is on record", async () => {
  stack.expectErrors(/422/);
  const created = await stack.server.admin.call(postKey, { body: { name: "Leaked", scope: "client" } });
  const page = await stack.open("/keys");
  const row = page.getByRole("row", { name: /Leaked/ });
  await row.getByRole("button", { name: "Quarantine Leaked" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("recomputed from the event log", { exact: false }).waitFor();
  const proposed = await dialog.getByLabel("From").inputValue();
  expect(new Date(proposed).getTime()).toBe(created.createdAt - (created.createdAt % 60_000));
  await dialog.getByLabel("From").fill("2999-01-01T00:00");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("It was in a screenshot");
  await dialog.getByRole("button", { name: "Quarantine key" }).click();
  await dialog.getByText("A quarantine begins now or before.").waitFor();
  expect(await accessibilityViolations(page)).toEqual([]);
  await dialog.getByLabel("From").fill(proposed);
  await dialog.getByRole("button", { name: "Quarantine key" }).click();
  await page.getByText("Leaked quarantined. 0 experiments recomputed.").waitFor();
  await row.getByText("on is not used", { exact: false }).waitFor();
  expect(await row.getByRole("button", { name: "Quarantine Leaked" }).count()).toBe(0);
  const { entries } = await stack.server.admin.call(getAudit, { query: { subject: `key:${created.id}` } });
  expect(entries[0]).toMatchObject({ action: "key.quarantine", reason: "It was in a screenshot" });
});

test("a revocation that the API refuses is taken back", async () => {
  stack.expectErrors(/503/);
  const input = { name: "Kept", scope: "client" } as const;
  await stack.server.admin.call(postKey, { body: input });
  const page = await stack.open("/keys");
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/v1/keys/*", async (route) => {
    await held;
    await route.fulfill({ status: 503, contentType: "application/json", body: "{}" });
  });
  const row = page.getByRole("row", { name: /Kept/ });
  await row.getByRole("button", { name: "Revoke Kept" }).click();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await row.getByText("Revoked", { exact: true }).waitFor();
  const readAgain = page.waitForResponse((response) => response.url().endsWith("/v1/keys"));
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await (await readAgain).finished();
  await row.getByText("Revoked", { exact: true }).waitFor();
  answer();
  await page.getByText("The key still works.").waitFor();
  await row.getByText("Active").waitFor();
});

test("a reader is told that only admins see keys, without a failing request", async () => {
  const page = await stack.open("/keys", {}, await createReaderKey(stack.server));
  await page.getByText("Only admins can see API keys").waitFor();
  const button = page.getByRole("button", { name: "New key" });
  await expect.poll(() => button.getAttribute("title")).toBe("Your key is read-only.");
  await button.click({ force: true });
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("the audit says who did what and why under days, with details to unfold and links to the objects", async () => {
  const page = await stack.open("/audit");
  const today = new Intl.DateTimeFormat("en", { dateStyle: "full" }).format(new Date());
  await page.getByRole("heading", { name: today, level: 2 }).waitFor();
  const line = page.getByRole("listitem").filter({ hasText: "Made version 2 live, after version 1" });
  await line.getByText("<script>document.title='owned'</script>").waitFor();
  await expect.poll(() => line.textContent()).toContain("by Admin key");
  await expect
    .poll(() => line.getByRole("link", { name: "answer" }).getAttribute("href"))
    .toBe("/configs/answer");
  await line.getByText("Details").click();
  await line.getByText('"to": 2').waitFor();
  expect(await page.title()).not.toBe("owned");
});

test("older entries are read page after page until the first one", async () => {
  const page = await stack.open("/audit?subject=config:answer");
  await expect.poll(() => page.locator(".audit-line").count()).toBe(100);
  await page.getByRole("button", { name: "Show older entries" }).click();
  await expect.poll(() => page.locator(".audit-line").count()).toBe(ACTS + 2);
  await page.getByText("Created the AI config, with version 1 live").waitFor();
  await page.getByRole("button", { name: "Show older entries" }).waitFor({ state: "detached" });
});

test("subject, actor and action narrow the audit and stay in the address", async () => {
  const page = await stack.page();
  const configs = Promise.withResolvers<void>();
  await page.route("**/v1/configs?*", async (route) => {
    await configs.promise;
    await route.continue();
  });
  await page.goto(`${stack.server.dashboard}/audit#key=${ADMIN_KEY}`);
  await page.locator(".audit-line").first().waitFor();
  const subject = page.getByRole("combobox", { name: "Object" });
  await subject.fill("Answers");
  await page.getByRole("option", { name: "Toxic answers" }).waitFor();
  configs.resolve();
  await page.getByRole("option", { name: /Answers/ }).waitFor();
  expect(await subject.inputValue()).toBe("Answers");
  await page.getByRole("option", { name: /Answers/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("subject")).toBe("config:answer");
  await page.getByRole("button", { name: /^Action/ }).click();
  await page.getByRole("option", { name: "Made a version live" }).click();
  await expect.poll(() => page.locator(".audit-line").count()).toBe(1);
  await page.getByRole("button", { name: /^Actor/ }).click();
  await page.getByRole("option", { name: /Admin key/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("actor")).toBe("key:admin");
  await page.reload();
  await page.getByText("Made version 2 live, after version 1").waitFor();
  await expect.poll(() => page.locator(".audit-line").count()).toBe(1);
  await page.goto(`${stack.server.dashboard}/audit?subject=config:answer&actor=cron`);
  await page.getByText("No matching entries").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect.poll(() => page.locator(".audit-line").count()).toBe(100);
  await expect.poll(() => new URL(page.url()).search).toBe("");
});

test("what was done long ago is found without reading all that came after", async () => {
  const page = await stack.open("/audit?subject=config:answer");
  await expect.poll(() => page.locator(".audit-line").count()).toBe(100);
  await page.getByRole("button", { name: /^Action/ }).click();
  await page.getByRole("option", { name: "Created an AI config" }).click();
  await page.getByText("Created the AI config, with version 1 live").waitFor();
  await expect.poll(() => page.locator(".audit-line").count()).toBe(1);
});

test("what the audit shows is what the API says, and a reader may see it", async () => {
  const page = await stack.open("/audit?subject=config:other", {}, await createReaderKey(stack.server));
  const line = page.locator(".audit-line");
  await line.first().waitFor();
  const { entries } = await stack.server.admin.call(getAudit, { query: { subject: "config:other" } });
  await expect.poll(() => line.count()).toBe(entries.length);
  await line.first().getByText("Details").click();
  await line
    .first()
    .getByText(new Date(entries[0]?.at ?? 0).toISOString())
    .waitFor();
});

test("keys and audit are accessible in light and dark, dialogs included, and fit on a phone", async () => {
  const input = { name: `שלום ${"x".repeat(190)}`, scope: "admin" } as const;
  await stack.server.admin.call(postKey, { body: input });
  const keys = await stack.open("/keys", { viewport: PHONE });
  await keys.getByRole("row", { name: /שלום/ }).waitFor();
  expect(await overflow(keys)).toBeLessThanOrEqual(0);
  expect(await accessibilityViolations(keys)).toEqual([]);
  await keys.emulateMedia({ colorScheme: "dark" });
  await keys.getByRole("button", { name: "New key" }).click();
  await keys.getByRole("dialog").waitFor();
  expect(await accessibilityViolations(keys)).toEqual([]);
  const audit = await stack.open("/audit?subject=config:other", { viewport: PHONE });
  await audit.locator(".audit-line").first().waitFor();
  expect(await overflow(audit)).toBeLessThanOrEqual(0);
  expect(await accessibilityViolations(audit)).toEqual([]);
  await audit.emulateMedia({ colorScheme: "dark" });
  expect(await accessibilityViolations(audit)).toEqual([]);
});
