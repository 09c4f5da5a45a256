import { buildClientPackage } from "#tools/local-server/build.ts";

/** The Worker imports the packed client. */
export async function setup(): Promise<void> {
  await buildClientPackage();
}
