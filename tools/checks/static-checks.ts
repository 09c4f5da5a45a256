import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inRepository } from "../local-server/repository.ts";

const run = promisify(execFile);

/** One program that reads the code and complains; it changes nothing. */
export interface StaticCheck {
  /** A sentence that follows "the code". */
  name: string;
  /** The program, as a path below node_modules: scripts in `.bin` differ between operating systems. */
  program: string;
  options: readonly string[];
}

const types = (project: string): StaticCheck => ({
  name: `in ${project} fits its types`,
  program: "typescript/bin/tsc",
  // Each checker compares the schemas' types anew, which is most of its work. The projects run side by side as it is.
  options: ["--noEmit", "--checkers", "1", "-p", project],
});

/** What `npm run check` runs, and `npm test` too. The slow ones come first. */
export const STATIC_CHECKS: readonly StaticCheck[] = [
  types("."),
  // And bench/workers, which has the same globals: alone it would take all of src along once more.
  types("src"),
  types("sdk"),
  types("tools"),
  types("dashboard"),
  types("dashboard/functions"),
  {
    name: "is formatted and free of lint",
    program: "@biomejs/biome/bin/biome",
    options: ["ci", "--colors=off"],
  },
  { name: "has nothing unused", program: "knip/bin/knip.js", options: ["--no-progress"] },
  {
    name: "has the bindings that its configuration declares",
    program: "wrangler/bin/wrangler.js",
    options: ["types", "--include-runtime", "false", "--check"],
  },
];

/** Those that need vitest already, so `npm test` runs them as tests. */
export const TESTED_CHECKS: readonly StaticCheck[] = [
  {
    name: "respects its layers",
    program: "vitest/vitest.mjs",
    options: ["run", "--project", "unit", "test/checks/architecture.test.ts"],
  },
];

/** Runs a check. @returns what it complains of; empty when all is well */
export async function complaintsOf({ program, options }: StaticCheck): Promise<string> {
  try {
    await run(process.execPath, [inRepository("node_modules", program), ...options], {
      cwd: inRepository("."),
      env: { ...process.env, NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
      maxBuffer: 64 * 1024 * 1024,
    });
    return "";
  } catch (cause) {
    const read = (stream: string) => String(Reflect.get(Object(cause), stream) ?? "");
    return `${read("stdout")}\n${read("stderr")}`.trim() || String(cause);
  }
}
