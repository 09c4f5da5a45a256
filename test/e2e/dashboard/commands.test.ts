/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessibilityViolations } from "#test/e2e/support/accessibility.ts";
import { DashboardStack } from "#test/e2e/support/dashboard-stack.ts";
import { manySummaries } from "#test/e2e/support/dashboard-summaries.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";
import { focused, heading, overview } from "#test/e2e/support/shell-page.ts";

describe("commands from everywhere", () => {
  let stack: DashboardStack;

  beforeAll(async () => {
    stack = await DashboardStack.start();
  });
  afterEach(() => stack.closePages());

  const palette = (page: Page) => page.getByRole("combobox", { name: /^Search commands/ });
  /** What is typed from here on reaches the palette's field. */
  const paletteOpens = (page: Page) => focused(palette(page));

  describe("the command palette", () => {
    it("finds a page by a few letters and goes there, all from the keyboard", async () => {
      const page = await stack.open("/");
      await overview(page);
      await page.keyboard.press("Control+k");
      await paletteOpens(page);
      await page.keyboard.type("api ks");
      await page.getByRole("option", { name: "API keys" }).waitFor();
      await page.keyboard.press("Enter");
      await heading(page, "API keys").waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
      expect(stack.consoleErrors).toEqual([]);
    });

    it("finds experiments, AI configs and metrics, and offers again what was chosen before", async () => {
      const page = await stack.page();
      await page.route("**/api/v1/experiments", (route) =>
        route.fulfill({ json: { experiments: manySummaries(200) } }),
      );
      await page.goto(`${stack.server.dashboard}/#key=${ADMIN_KEY}`);
      await overview(page);
      await page.getByRole("button", { name: "Search" }).click();
      await palette(page).fill("experiment-117");
      await page.getByRole("option", { name: /No\. 117/ }).waitFor();
      await palette(page).fill("hallucination");
      await page.getByRole("group", { name: "Metrics" }).getByRole("option").first().click();
      await page.waitForURL("**/metrics/hallucination");
      await page.keyboard.press("Control+k");
      const again = page.getByRole("group", { name: "Recent" }).getByRole("option");
      await again.first().waitFor();
      await expect.poll(() => again.allTextContents()).toEqual([expect.stringContaining("allucination")]);
    });

    it("names the active line to screen readers while the focus stays in the field, and gives the focus back", async () => {
      const page = await stack.open("/");
      await overview(page);
      const search = page.getByRole("button", { name: "Search" });
      await search.focus();
      await page.keyboard.press("Enter");
      await paletteOpens(page);
      const active = async () => {
        const id = await palette(page).getAttribute("aria-activedescendant");
        return page.evaluate((wanted) => document.getElementById(wanted ?? "")?.textContent, id);
      };
      const line = (index: number) => page.getByRole("option").nth(index).textContent();
      await expect.poll(active).toBe(await line(0));
      await page.keyboard.press("ArrowDown");
      await expect.poll(active).toBe(await line(1));
      await page.keyboard.press("ArrowUp");
      await expect.poll(active).toBe(await line(0));
      await page.keyboard.press("ArrowUp");
      await expect.poll(active).toBe(await line(-1));
      await page.keyboard.type("nothing is called like this");
      await page.getByText("No results for").waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await palette(page).waitFor({ state: "detached" });
      await focused(search);
    });
  });

  describe("shortcuts", () => {
    it.each([
      ["g e", "Experiments"],
      ["g c", "AI configs"],
      ["g m", "Metrics"],
      ["g o", "Overview"],
      ["n e", "New experiment"],
    ])("%s leads to %s", async (keys, name) => {
      const page = await stack.open("/audit");
      await heading(page, "Audit log").waitFor();
      for (const key of keys.split(" ")) await page.keyboard.press(key);
      await heading(page, name).waitFor();
    });

    it("stay out of the way of typing, of modifiers and of slow fingers", async () => {
      const page = await stack.newPage();
      await page.clock.install();
      await page.goto(`${stack.server.dashboard}/audit#key=${ADMIN_KEY}`);
      await heading(page, "Audit log").waitFor();
      await page.keyboard.press("g");
      await page.clock.runFor(2_000);
      await page.keyboard.press("e");
      await page.keyboard.press("g");
      await page.keyboard.press("Control+e");
      await page.keyboard.press("Escape");
      await page.keyboard.press("/");
      await paletteOpens(page);
      await page.keyboard.type("ge?");
      await expect.poll(() => palette(page).inputValue()).toBe("ge?");
      expect(page.url()).toContain("/audit");
    });

    it("are listed on ?, with those of the page first, and can be switched off for good", async () => {
      const page = await stack.page();
      await page.route("**/api/v1/experiments", (route) =>
        route.fulfill({ json: { experiments: manySummaries(5) } }),
      );
      await page.goto(`${stack.server.dashboard}/experiments#key=${ADMIN_KEY}`);
      await page.getByRole("link", { name: /No\. 0/ }).waitFor();
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
      await dialog.getByText("Next experiment").waitFor();
      await expect.poll(() => dialog.getByRole("heading", { level: 3 }).first().textContent()).toBe("List");
      await dialog.getByRole("checkbox", { name: /Single-key shortcuts/ }).uncheck();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.reload();
      await page.getByRole("link", { name: /No\. 0/ }).waitFor();
      await page.keyboard.press("?");
      await page.keyboard.press("g");
      await page.keyboard.press("o");
      await page.keyboard.press("Control+k");
      await paletteOpens(page);
      expect(page.url()).toContain("/experiments");
      await page.keyboard.press("Escape");
      await palette(page).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
      await dialog.getByRole("checkbox", { name: /Single-key shortcuts/ }).check();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.keyboard.press("g");
      await page.keyboard.press("o");
      await heading(page, "Overview").waitFor();
    });
  });

  it.each(["light", "dark"] as const)(
    "has no accessibility violations with its dialogs open in %s",
    async (colorScheme) => {
      const page = await stack.open("/", { colorScheme });
      await overview(page);
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await palette(page).waitFor({ state: "detached" });
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(stack.consoleErrors).toEqual([]);
    },
  );
});
