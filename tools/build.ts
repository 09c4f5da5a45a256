import "./local-server/compile-cache.ts";
import { buildBundles } from "./local-server/build.ts";
import { orExit } from "./local-server/process-end.ts";

// What `npm start` would build at its first start.
const { worker, pagesFunctions, dashboard } = await orExit(() => buildBundles());
console.log([worker, pagesFunctions, dashboard].join("\n"));
