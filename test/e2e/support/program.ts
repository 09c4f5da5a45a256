import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "#tools/local-server/free-ports.ts";
import { atFileEnd } from "./ends.ts";
import { untilItWorks } from "./server-patience.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

const START_PATIENCE_MILLISECONDS = 90_000;

/** A command of the README as a terminal runs it: in a process group of its own, on ports and data of its own. */
export class Program {
  readonly child: ChildProcess;
  readonly ports: { port: number; workerPort: number };
  output = "";

  private constructor(child: ChildProcess, ports: { port: number; workerPort: number }) {
    this.child = child;
    this.ports = ports;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => {
        this.output += text;
      });
    }
    atFileEnd(async () => {
      if (child.pid && (await this.processes()).length > 0) process.kill(-child.pid, "SIGKILL");
    });
  }

  static async start(
    command: readonly string[],
    environment: Record<string, string> = {},
    folder = REPOSITORY,
  ): Promise<Program> {
    const ports = await freePorts();
    const [file = "", ...parameters] = command;
    const child = spawn(file, parameters, {
      cwd: folder,
      env: {
        ...process.env,
        PORT: String(ports.port),
        WORKER_PORT: String(ports.workerPort),
        BAKEOFF_DATA: await temporaryFolder("program"),
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    return new Program(child, ports);
  }

  get api(): string {
    return `http://127.0.0.1:${this.ports.workerPort}`;
  }

  /** Waits until the program has printed something. @returns what matched */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    return untilItWorks(async () => {
      const match = pattern.exec(this.output);
      if (!match) throw new Error(`${pattern} is not in what was printed: ${this.output}`);
      return match;
    }, START_PATIENCE_MILLISECONDS);
  }

  /** @returns the exit code, or the signal that ended it */
  async ended(): Promise<number | string | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** The processes of the group that still run, by their ids. */
  async processes(): Promise<number[]> {
    const { stdout } = await promisify(execFile)("ps", ["-eo", "pgid=,pid=,stat="]);
    const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
    return rows.flatMap(([group, pid, state]) =>
      Number(group) === this.child.pid && !state?.startsWith("Z") ? [Number(pid)] : [],
    );
  }
}
