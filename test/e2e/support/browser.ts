import type { Browser } from "playwright-core";
import { launchBrowser } from "../../../scripts/browser/launch.ts";
import { atFileEnd } from "./file-end.ts";

/** A browser that is closed when the test file ends. */
export async function startBrowser(): Promise<Browser> {
  const browser = await launchBrowser();
  atFileEnd(() => browser.close());
  return browser;
}
