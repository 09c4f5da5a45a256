import { HAS_BROWSER } from "../../../scripts/browser/launch.ts";
import { unpackBrowser } from "../../../scripts/browser/unpack.ts";
import { buildBundles } from "../../../scripts/local-server/build.ts";

/** Builds and unpacks before any test starts: what starts side by side would build and unpack side by side. */
export async function setup(): Promise<void> {
  await Promise.all([buildBundles(), HAS_BROWSER && unpackBrowser()]);
}
