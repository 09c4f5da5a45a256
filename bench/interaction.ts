import type { Page } from "playwright-core";
import { DashboardStack } from "#test/e2e/support/dashboard-stack.ts";
import { manySummaries } from "#test/e2e/support/dashboard-summaries.ts";
import { slowDown, slowestInteraction, watchInteractions } from "#test/e2e/support/dashboard-vitals.ts";
import { endAll } from "#test/e2e/support/ends.ts";
import { ADMIN_KEY } from "#test/e2e/support/server.ts";

/** Milliseconds from a key, click or scroll on the list of experiments until what it changed is painted, at its slowest. */
const LIMIT_MILLISECONDS = 200;
const LIMITED_COUNT = 1_000;
const COUNTS = [LIMITED_COUNT, 5_000];
const ROUNDS = 5;
const SLOWER = 4;
/** Sooner nobody presses the next key, unless they hold one down. */
const REACTION_MILLISECONDS = 200;
/** A key that is held down comes 30 times a second. */
const REPEAT_MILLISECONDS = 33;

/** Types, filters, sorts, scrolls and walks through the rows. */
async function useListHard(page: Page): Promise<number> {
  const search = page.getByRole("searchbox", { name: "Search by name, key or AI config" });
  await page.locator(".experiment-row").first().waitFor();
  await slowDown(page, SLOWER);
  await watchInteractions(page);
  await search.click();
  await page.keyboard.type("smaller model", { delay: 40 });
  await page
    .getByRole("status")
    .filter({ hasText: /of [\d,]+ experiments/ })
    .waitFor();
  await search.fill("");
  for (const status of [/^Running/, /^Draft/]) await page.getByRole("checkbox", { name: status }).check();
  for (const status of [/^Running/, /^Draft/]) await page.getByRole("checkbox", { name: status }).uncheck();
  for (const head of ["Units", "Status", "Experiment", "Latest decision"]) {
    await page.getByRole("button", { name: head, exact: true }).click();
  }
  for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, 900);
  await page.waitForTimeout(REACTION_MILLISECONDS);
  await page.keyboard.press("End");
  await page.waitForTimeout(REACTION_MILLISECONDS);
  for (let turn = 0; turn < 5; turn++) {
    await page.keyboard.press("k");
    await page.waitForTimeout(REPEAT_MILLISECONDS);
  }
  return slowestInteraction(page);
}

const stack = await DashboardStack.start();
for (const count of COUNTS) {
  const slowest: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await stack.newPage();
    await page.route("**/api/v1/experiments", (route) =>
      route.fulfill({ json: { experiments: manySummaries(count) } }),
    );
    await page.goto(`${stack.server.dashboard}/experiments#key=${ADMIN_KEY}`);
    slowest.push(await useListHard(page));
    await stack.closePages();
  }
  const [best = Number.NaN] = slowest.toSorted((a, b) => a - b);
  const verdict =
    count === LIMITED_COUNT
      ? ` (limit ${LIMIT_MILLISECONDS}: ${best <= LIMIT_MILLISECONDS ? "held" : "missed"})`
      : "";
  console.log(
    `list of ${count} experiments on a processor ${SLOWER} times slower, slowest interaction per round: ` +
      `${slowest.join(", ")} ms; best round ${best} ms${verdict}`,
  );
}
await endAll();
