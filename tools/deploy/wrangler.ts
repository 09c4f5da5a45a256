import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { inRepository } from "../local-server/repository.ts";

/** What wrangler was told to do and did not. */
export class WranglerFailure extends Error {
  /** Everything that it printed. */
  readonly output: string;

  constructor(command: readonly string[], output: string) {
    super(`wrangler ${command.join(" ")} failed:\n${output.trim()}`);
    this.output = output;
  }
}

interface RunOptions {
  /** The folder of the repository that it runs in. */
  folder?: string;
  environment?: Record<string, string>;
  /** Hands the terminal over, so that wrangler can ask; what it prints is not returned then. */
  interactive?: boolean;
}

/**
 * Runs the project's own wrangler under the node that runs this.
 * @returns what it printed as its result
 * @throws WranglerFailure
 */
export async function runWrangler(
  command: readonly string[],
  { folder = ".", environment = {}, interactive = false }: RunOptions = {},
): Promise<string> {
  const child = spawn(process.execPath, [inRepository("node_modules/wrangler/bin/wrangler.js"), ...command], {
    cwd: inRepository(folder),
    stdio: interactive ? "inherit" : ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
      // Its results are part of its log: a quieter level, set for other commands, would hide them.
      WRANGLER_LOG: "log",
      // Without a terminal it must fail rather than wait for an answer.
      ...(!interactive && { CI: "true" }),
      ...environment,
    },
  });
  let result = "";
  let output = "";
  child.stdout?.on("data", (text) => {
    result += text;
    output += text;
  });
  child.stderr?.on("data", (text) => {
    output += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new WranglerFailure(command, stripVTControlCharacters(output));
  return result;
}
