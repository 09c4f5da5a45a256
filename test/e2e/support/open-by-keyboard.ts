import type { Locator } from "playwright-core";
import { expect } from "vitest";

/**
 * Presses Enter on a button until its dialog is there: while a page loads, a button may be drawn anew, and does nothing until
 * it is known what the key may do.
 */
export async function openByKeyboard(button: Locator, dialog: Locator): Promise<void> {
  await expect
    .poll(async () => {
      // Behind an open dialog it would be waited for until the end of the test.
      if (!(await dialog.isVisible())) await button.press("Enter", { timeout: 2_000 }).catch(() => undefined);
      return dialog.isVisible();
    })
    .toBe(true);
}
