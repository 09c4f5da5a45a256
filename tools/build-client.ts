import { buildClientPackage } from "./local-server/build.ts";
import { orExit } from "./local-server/process-end.ts";

console.log(await orExit(buildClientPackage));
