/// <reference lib="dom" />
import { gzipSync } from "node:zlib";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { postKey } from "#contract/keys.ts";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { DashboardStack, PHONE } from "#test/e2e/support/dashboard-stack.ts";
import { overviewOf } from "#test/e2e/support/dashboard-summaries.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";
import { focused, heading, overview } from "#test/e2e/support/shell-page.ts";

const API = "**/api/v1/**";
const MAXIMUM_FIRST_LOAD_BYTES = 90 * 1_024;

describe("the frame around every page", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
  });
  afterEach(() => stack.closePages());

  const createKey = async (scope: "read" | "admin") =>
    stack.server.admin.call(postKey, { body: { name: `A key to ${scope}`, scope } });

  describe("signing in", () => {
    it("asks for a key without accusing anybody, then shows the first page", async () => {
      const page = await stack.page();
      await page.goto(stack.server.dashboard);
      await focused(page.getByLabel("API key"));
      expect(await page.getByRole("alert").count()).toBe(0);
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.keyboard.type("two words");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("no spaces").waitFor();
      await page.getByLabel("API key").fill(ADMIN_KEY);
      await page.keyboard.press("Enter");
      await overview(page);
    });

    it("takes the key from the address, strips it at once and keeps it for this tab only", async () => {
      const page = await stack.open("/experiments?status=draft");
      await heading(page, "Experiments").waitFor();
      await expect.poll(() => page.url()).toBe(`${stack.server.dashboard}/experiments?status=draft`);
      expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("bk_");
      expect(stack.consoleErrors).toEqual([]);
    });

    it("explains a refused key and forgets it", async () => {
      const page = await stack.open("/", {}, "bk_nobody_knows");
      await page.getByText("This API key is not valid").waitFor();
      await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
    });

    it("leads to the login when the key is revoked, and back to the same address", async () => {
      const { id, secret } = await createKey("read");
      const page = await stack.open("/metrics", {}, secret);
      await heading(page, "Metrics").waitFor();
      await page.goto(`${stack.server.dashboard}/experiments?sort=name`);
      await page.getByText("Read only").waitFor();
      await fetch(`${stack.server.api}/v1/keys/${id}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      });
      // Every edge forgets a revoked key within seconds.
      await page.getByText("This API key is not valid").waitFor({ timeout: 60_000 });
      await expect.poll(() => page.title()).toBe("Sign in · Bakeoff");
      await page.getByLabel("API key").fill(ADMIN_KEY);
      await page.getByRole("button", { name: "Sign in" }).click();
      await heading(page, "Experiments").waitFor();
      await expect.poll(() => page.url()).toBe(`${stack.server.dashboard}/experiments?sort=name`);
    });

    it("forgets the key when signing out", async () => {
      const page = await stack.open("/");
      await overview(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("You are signed out").waitFor();
      await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
    });

    it("needs no key where Cloudflare Access has signed the person in, and asks once that ends", async () => {
      const page = await stack.page();
      const session = { actor: "ann@example.com", scope: "read", source: "access", email: "ann@example.com" };
      await page.route(API, (route) =>
        route.fulfill({ json: route.request().url().endsWith("/session") ? session : overviewOf([]) }),
      );
      await page.goto(stack.server.dashboard);
      await page.getByText("ann@example.com").waitFor();
      await page.getByText("Read only").waitFor();
      expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
      await page.unroute(API);
      await page.getByLabel("API key").waitFor();
    });

    it("offers to sign in again when Cloudflare Access sends requests off to its own page", async () => {
      const page = await stack.page();
      await page.route(API, (route) =>
        route.fulfill({ status: 302, headers: { location: "https://team.example/sign-in" } }),
      );
      await page.goto(`${stack.server.dashboard}/experiments`);
      await page.getByText("Your sign-in has expired").waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.unroute(API);
      await page.getByRole("button", { name: "Sign in again" }).click();
      await page.getByLabel("API key").waitFor();
      await expect.poll(() => new URL(page.url()).pathname).toBe("/experiments");
    });

    it("says so when the API is down at the start, and recovers on demand", async () => {
      const page = await stack.page();
      await page.route(API, (route) => route.abort());
      await page.goto(stack.server.dashboard);
      await page.getByRole("alert").getByText("The API cannot be reached").waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.unroute(API);
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByLabel("API key").waitFor();
    });
  });

  describe("finding one's way", () => {
    it("marks the current page, names it in the title and moves the focus to its heading", async () => {
      const page = await stack.open("/");
      await overview(page);
      await expect.poll(() => page.title()).toBe("Overview · Bakeoff");
      for (const name of ["Experiments", "AI configs", "Metrics", "Audit log"]) {
        await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
        await heading(page, name).waitFor();
        await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(name);
        await expect.poll(() => page.title()).toBe(`${name} · Bakeoff`);
        await expect.poll(() => page.locator("[aria-current=page]").allTextContents()).toEqual([name]);
      }
      expect(stack.consoleErrors).toEqual([]);
    });

    it("skips the navigation by the first Tab", async () => {
      const page = await stack.open("/");
      await overview(page);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("content");
      await page.keyboard.press("Tab");
      await expect.poll(() => page.evaluate(() => document.querySelector("main :focus") !== null)).toBe(true);
    });

    it("folds the navigation behind a button on a phone", async () => {
      const page = await stack.open("/", { viewport: PHONE });
      await overview(page);
      const menu = page.getByRole("button", { name: "Menu" });
      const link = page.getByRole("link", { name: "Experiments", exact: true });
      expect(await link.isVisible()).toBe(false);
      await menu.click();
      await link.waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect.poll(() => menu.getAttribute("aria-expanded")).toBe("false");
      await focused(menu);
      await page.keyboard.press("Enter");
      await link.click();
      await heading(page, "Experiments").waitFor();
      await link.waitFor({ state: "hidden" });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
    });

    it("loads itself anew, once, when a deployment has taken away the parts of an open page", async () => {
      const page = await stack.open("/");
      await overview(page);
      await page.evaluate(() => Object.assign(window, { isOldPage: true }));
      let missing = true;
      await page.route("**/assets/keys-page-*.js", async (route) => {
        if (!missing) return route.continue();
        missing = false;
        return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
      });
      await page.getByRole("link", { name: "API keys" }).click();
      await heading(page, "API keys").waitFor();
      expect(await page.evaluate(() => "isOldPage" in window)).toBe(false);
    });

    it("says so when a page does not exist, and leads on", async () => {
      const page = await stack.open("/no/such/page");
      await page.getByText("This page does not exist").waitFor();
      await expect.poll(() => page.title()).toBe("Not found · Bakeoff");
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "All experiments" }).click();
      await heading(page, "Experiments").waitFor();
    });
  });

  it("follows the system's theme until one is chosen, for good, and back", async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const page = await stack.open("/", { colorScheme: "dark" });
    await overview(page);
    await expect.poll(background).toBe("rgb(15, 15, 18)");
    await page.getByRole("radio", { name: "Light theme" }).check();
    await expect.poll(background).toBe("rgb(247, 247, 248)");
    await page.reload();
    await overview(page);
    await expect.poll(background).toBe("rgb(247, 247, 248)");
    await page.getByRole("radio", { name: "System theme" }).check();
    await expect.poll(background).toBe("rgb(15, 15, 18)");
  });

  it("loads at most 90 KB of JavaScript for the first page, and no chart among it", async () => {
    const page = await stack.newPage();
    const scripts: Promise<{ path: string; bytes: number; text: string }>[] = [];
    page.on("response", (response) => {
      if (response.request().resourceType() !== "script") return;
      const path = new URL(response.url()).pathname;
      scripts.push(
        response.body().then((body) => ({ path, bytes: gzipSync(body).length, text: body.toString() })),
      );
    });
    await page.goto(`${stack.server.dashboard}/#key=${ADMIN_KEY}`);
    await overview(page);
    await page.waitForLoadState("networkidle");
    const loaded = await Promise.all(scripts);
    const bytes = loaded.reduce((sum, script) => sum + script.bytes, 0);
    console.log(`first load: ${(bytes / 1_024).toFixed(1)} KB of JavaScript in ${loaded.length} files`);
    expect(loaded.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MAXIMUM_FIRST_LOAD_BYTES);
    expect(loaded.filter(({ path }) => /draw|plot|dialog|palette|diff/.test(path))).toEqual([]);
    expect(
      loaded.filter(({ text }) => text.includes("kb-top-layer") || text.includes("plot-d6a7b5")),
    ).toEqual([]);
    expect(stack.consoleErrors).toEqual([]);
  });
});
