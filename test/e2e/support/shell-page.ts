/// <reference lib="dom" />
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The one heading that names a page. */
export const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 });

/** Waits until it has the focus. */
export const focused = (place: Locator) =>
  expect.poll(() => place.evaluate((element) => element === document.activeElement)).toBe(true);

/** Waits for the first page with its numbers. */
export const overview = async (page: Page) => {
  await heading(page, "Overview").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
};
