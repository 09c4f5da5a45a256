import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const MODULE = resolve(import.meta.dirname, "../../../tools/local-server/process-end.ts");

/** Runs a program and gives what it prints once it has ended. */
async function outputOf(program: string): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 20_000,
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  return output;
}

// Windows knows no polite signal: it ends the process.
describe.skipIf(process.platform === "win32")("a server that takes over the signals from its runtime", () => {
  it("stops on one that had come before, and does not let others end the process", async () => {
    const program = `
      import { writeSync } from "node:fs";
      import { stopOnSignal } from ${JSON.stringify(MODULE)};
      process.once("SIGTERM", () => process.exit(3));
      setTimeout(() => {
        process.kill(process.pid, "SIGTERM");
        stopOnSignal(async () => void writeSync(1, "stopped"));
        setTimeout(() => process.exit(4), 5_000);
      });`;
    expect(await outputOf(program)).toBe("stopped");
  });
});
