import { buildBundles } from "../../../scripts/local-server/build.ts";

/** Builds before any test starts a server: servers that start side by side would build side by side. */
export async function setup(): Promise<void> {
  await buildBundles();
}
