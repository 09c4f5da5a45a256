import "./local-server/compile-cache.ts";
import { orExit, stopOnSignal } from "./local-server/process-end.ts";
import { readSettings } from "./local-server/settings.ts";

const server = await orExit(async () => {
  const settings = readSettings(process.env);
  // Loading it takes a second: that a setting makes no sense is said at once.
  const { startLocalServer } = await import("./local-server/local-server.ts");
  return startLocalServer(settings);
});
stopOnSignal(server.stop);
// `kill -USR2 <pid>` saves waiting for the minute.
process.on("SIGUSR2", () => void server.runSchedule());

console.log(`Dashboard   ${server.dashboard}
API         ${server.api}/v1
Admin key   ${server.adminKey}
Log         ${server.logFile}

Ctrl-C stops the server.`);
