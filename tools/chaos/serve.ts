import { startLocalServer } from "../local-server/local-server.ts";
import { orExit } from "../local-server/process-end.ts";
import { readSettings } from "../local-server/settings.ts";

/*
 * The local server as `npm start` runs it, whose Worker can be told to fail, and whose schedule runs at whatever moment the
 * parent says. It ends with its parent.
 */

const server = await orExit(() => startLocalServer(readSettings(process.env), true, { CHAOS: "on" }));
process.on("message", (at) => void server.runSchedule(Number(at)));
process.once("disconnect", () => process.kill(-process.pid, "SIGKILL"));
process.send?.("ready");
