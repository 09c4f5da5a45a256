import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "../browser/launch.ts";
import { freePorts } from "../local-server/free-ports.ts";
import { startLocalServer } from "../local-server/local-server.ts";
import { exitWithMessage } from "../local-server/process-end.ts";
import { inRepository } from "../local-server/repository.ts";
import { readSettings } from "../local-server/settings.ts";
import { Camera } from "./camera.ts";
import { shotsOfNothing, shotsOfWorld } from "./shots.ts";
import { createWorld } from "./world.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    output: { type: "string", default: inRepository("docs/screenshots") },
  },
});

/** @returns what the pages wrote to the console as errors */
async function takeAll(data: string): Promise<readonly string[]> {
  const server = await startLocalServer({ ...readSettings({}), ...(await freePorts()), data });
  const browser = await launchBrowser({ fonts: "system" });
  const camera = new Camera(browser, server, flags.output, new RegExp(flags.only));
  try {
    await camera.photograph(shotsOfNothing);
    await createWorld(server, console.log);
    await camera.photograph(shotsOfWorld);
  } finally {
    await browser.close();
    await server.stop();
  }
  console.log(`${(camera.bytes / 1e6).toFixed(1)} MB in ${flags.output}`);
  return camera.errors;
}

await mkdir(flags.output, { recursive: true });
const data = await mkdtemp(join(tmpdir(), "bakeoff-screenshots-"));
const errors = await takeAll(data)
  .finally(() => rm(data, { recursive: true, force: true }))
  .catch(exitWithMessage);
if (errors.length > 0) exitWithMessage(new Error(`Pages logged errors:\n${errors.join("\n")}`));
