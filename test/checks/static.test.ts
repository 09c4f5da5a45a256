import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

/** Runs a tool of the project; what it prints is the message of the failure. */
async function complaintsOf(command: string, ...options: string[]): Promise<string> {
  try {
    await run(resolve(root, "node_modules/.bin", command), options, { cwd: root });
    return "";
  } catch (cause) {
    const read = (stream: string) => String(Reflect.get(Object(cause), stream) ?? "");
    return `${read("stdout")}\n${read("stderr")}` || String(cause);
  }
}

/** Whole programs, and others run beside them: only a fault lasts longer. */
const PATIENCE = { timeout: 300_000 };

describe("the code", PATIENCE, () => {
  it.each([".", "dashboard", "dashboard/functions", "tools"])("in %s fits its types", async (project) => {
    expect(await complaintsOf("tsc", "--noEmit", "-p", project)).toBe("");
  });

  it("is formatted and free of lint", async () => {
    expect(await complaintsOf("biome", "ci", "--colors=off")).toBe("");
  });

  it("holds nothing that is unused", async () => {
    expect(await complaintsOf("knip", "--no-progress")).toBe("");
  });

  it("has the bindings that its configuration declares", async () => {
    expect(await complaintsOf("wrangler", "types", "--include-runtime", "false", "--check")).toBe("");
  });
});
