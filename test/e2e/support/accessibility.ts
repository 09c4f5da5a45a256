/// <reference lib="dom" />

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

/** WCAG 2.2 AA, and what axe calls good practice beyond it. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules that read colors. All others find in dark mode what they find in light mode. */
const COLOR_RULES = ["color-contrast", "link-in-text-block"];

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe finds against WCAG 2.2 AA on the page as it is now: rule and elements. In dark mode colors only: a test that
 * looks at a page in dark mode looks at it in light mode as well.
 * @throws where the page has frames, into which axe would not look
 */
export async function accessibilityViolations(page: Page): Promise<{ rule: string; where: string[] }[]> {
  if (page.frames().length > 1) throw new Error("the page has frames, and axe looks at the page alone");
  const { isDark, hasAxe } = await page.evaluate(async () => {
    // While a dialog fades in, its colors are not its own.
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    return { isDark: matchMedia("(prefers-color-scheme: dark)").matches, hasAxe: window.axe !== undefined };
  });
  // Its half a megabyte would be compiled anew at every look.
  if (!hasAxe) await page.evaluate(SOURCE);
  const runOnly = isDark
    ? { type: "rule" as const, values: COLOR_RULES }
    : { type: "tag" as const, values: TAGS };
  return page.evaluate(async (only) => {
    if (!window.axe) throw new Error("axe is not on the page");
    // By default axe also describes, and finds a selector for, every element that a rule has nothing against.
    const options = { runOnly: only, resultTypes: ["violations" as const], selectors: false };
    const { violations } = await window.axe.run(document, options);
    return violations.map(({ id, nodes }) => ({ rule: id, where: nodes.map(({ html }) => html) }));
  }, runOnly);
}
