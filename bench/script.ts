import { spawn } from "node:child_process";
import { once } from "node:events";
import { inRepository } from "#tools/local-server/repository.ts";

/** A measurement that is a program of its own and tells its figures itself. */
export function script(name: string): () => Promise<void> {
  return async () => {
    const child = spawn(process.execPath, [inRepository("bench", name)], { stdio: "inherit" });
    const [code] = await once(child, "exit");
    if (code === 0) return;
    // One that has missed its limit is no reason to measure nothing else.
    console.error(`bench/${name} ended with ${code}`);
    process.exitCode = 1;
  };
}
