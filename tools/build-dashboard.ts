import { buildDashboard } from "./local-server/build.ts";
import { orExit } from "./local-server/process-end.ts";
import { inRepository } from "./local-server/repository.ts";

// Where nothing has changed since, what was built stays.
await orExit(buildDashboard);
console.log(inRepository("dashboard/dist"));
