import "./local-server/compile-cache.ts";
import { createServer } from "vite";
import { startLocalServer } from "./local-server/local-server.ts";
import { orExit, stopOnSignal } from "./local-server/process-end.ts";
import { inRepository } from "./local-server/repository.ts";
import { readSettings } from "./local-server/settings.ts";

// The local server answers the API; Vite serves the dashboard from its sources and updates open pages on every change.
// Changes to the Worker take effect at the next start.
const { server, vite } = await orExit(async () => {
  const settings = readSettings(process.env);
  const server = await startLocalServer(settings);
  const api = new URL(server.dashboard).origin;
  const vite = await createServer({
    configFile: inRepository("dashboard/vite.config.ts"),
    cacheDir: inRepository(".build/vite-dashboard"),
    server: { host: settings.host, proxy: { "/api": api } },
  });
  await vite.listen();
  return { server, vite };
});
stopOnSignal(async () => {
  await vite.close();
  await server.stop();
});

console.log(`Dashboard   ${vite.resolvedUrls?.local[0] ?? ""}#key=${server.adminKey}
API         ${server.api}/v1
Log         ${server.logFile}

Ctrl-C stops both.`);
