import type { Browser } from "playwright-core";
import { launchBrowser } from "#tools/browser/launch.ts";

let current: Promise<Browser> | undefined;

/** The browser of this process: test files that run in one share it, and it ends with the process. */
export async function sharedBrowser(): Promise<Browser> {
  const browser = await current;
  if (browser?.isConnected()) return browser;
  current = launchBrowser({ draws: false });
  return current;
}
