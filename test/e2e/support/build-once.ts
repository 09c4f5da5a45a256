import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { HAS_BROWSER } from "#tools/browser/launch.ts";
import { unpackBrowser } from "#tools/browser/unpack.ts";
import { buildBundles } from "#tools/local-server/build.ts";
import { migrate } from "#tools/local-server/migrations.ts";
import { readSettings } from "#tools/local-server/settings.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A data folder with nothing but an up-to-date database. */
    emptyInstallation: string;
  }
}

/**
 * Builds, unpacks and migrates before any test starts: what starts side by side would build and unpack side by side, and
 * every server would apply the same migrations.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const installation = await mkdtemp(join(tmpdir(), "bakeoff-empty-installation-"));
  await Promise.all([
    buildBundles(),
    HAS_BROWSER && unpackBrowser(),
    migrate(readSettings({ BAKEOFF_DATA: installation })),
  ]);
  project.provide("emptyInstallation", installation);
  return () => rm(installation, { recursive: true, force: true });
}
