import { availableParallelism } from "node:os";
import { complaintsOf, STATIC_CHECKS, type StaticCheck, TESTED_CHECKS } from "./checks/static-checks.ts";
import { buildClientPackage } from "./local-server/build.ts";
import { orExit } from "./local-server/process-end.ts";

// The Worker imports the packed client; without it its types are incomplete.
await orExit(buildClientPackage);

const waiting: StaticCheck[] = [...STATIC_CHECKS, ...TESTED_CHECKS];
let failures = 0;

async function runWaiting(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const start = performance.now();
    const complaints = await complaintsOf(check);
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    console.log(`${complaints === "" ? "ok    " : "FAILED"}  The code ${check.name} (${seconds} s)`);
    if (complaints === "") continue;
    failures += 1;
    console.log(`\n${complaints}\n`);
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, runWaiting));
if (failures > 0)
  console.log(`\n${failures} of ${STATIC_CHECKS.length + TESTED_CHECKS.length} checks failed.`);
process.exitCode = failures > 0 ? 1 : 0;
