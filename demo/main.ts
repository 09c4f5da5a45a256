import "#tools/local-server/compile-cache.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLocalServer } from "#tools/local-server/local-server.ts";
import { exitWithMessage, orExit, stopOnSignal } from "#tools/local-server/process-end.ts";
import { readSettings } from "#tools/local-server/settings.ts";
import { makeDemoFolder } from "./run/demo-folder.ts";
import { runDemo } from "./run/run-demo.ts";

const { values: flags } = parseArgs({ options: { once: { type: "boolean", default: false } } });
const server = await orExit(async () => {
  const settings = readSettings(process.env);
  const data = join(settings.data, "demo");
  await makeDemoFolder(data);
  return startLocalServer({ ...settings, data });
});
stopOnSignal(server.stop);
console.log(`Dashboard   ${server.dashboard}\n`);

const succeeded = await runDemo(server).catch(async (error: unknown) => {
  await server.stop();
  return exitWithMessage(error);
});
if (flags.once) {
  await server.stop();
  process.exit(succeeded ? 0 : 1);
}
console.log(`\nStill serving: ${server.dashboard}\nCtrl-C stops the server.`);
