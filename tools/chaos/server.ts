import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../local-server/free-ports.ts";

export const ADMIN_KEY = "bk_admin_chaos_0000000000000000000000000";
const UNIT_KEY = "unit-key-chaos-000000000000000000";

const KIBIBYTE = 1_024;

/** The server in a process group of its own, which is killed and started again on the same data. */
export class ChaosServer {
  readonly data: string;
  readonly api: string;
  /** Grows with every start: what was sent to an earlier one may be cut. */
  starts = 0;
  isUp = false;
  readonly #ports: { port: number; workerPort: number };
  /** Variables that the next start reads, beside its own. */
  environment: Readonly<Record<string, string>> = {};
  #process: ChildProcess | undefined;

  private constructor(data: string, ports: { port: number; workerPort: number }) {
    this.data = data;
    this.#ports = ports;
    this.api = `http://127.0.0.1:${ports.workerPort}`;
  }

  static async start(data: string, environment: Readonly<Record<string, string>> = {}): Promise<ChaosServer> {
    const server = new ChaosServer(data, await freePorts());
    server.environment = environment;
    await server.start();
    return server;
  }

  /** @throws when the server ends before it answers */
  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, "serve.ts"), {
      env: {
        ...process.env,
        ...this.environment,
        PORT: String(this.#ports.port),
        WORKER_PORT: String(this.#ports.workerPort),
        BAKEOFF_DATA: this.data,
        BAKEOFF_ADMIN_KEY: ADMIN_KEY,
        BAKEOFF_UNIT_KEY: UNIT_KEY,
      },
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#process = child;
    const ended = once(child, "exit").then(() => {
      throw new Error("the server ended before it answered");
    });
    await Promise.race([once(child, "message"), ended]);
    ended.catch(() => undefined);
    this.starts += 1;
    this.isUp = true;
  }

  /** Ends it from one moment to the next, with its runtime. */
  async kill(): Promise<void> {
    this.isUp = false;
    const child = this.#process;
    this.#process = undefined;
    if (!child?.pid || child.exitCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }

  /** @param at the moment that the schedule believes in, epoch milliseconds */
  runSchedule(at: number): void {
    if (this.#process?.connected) this.#process.send(at);
  }

  /** The memory that the runtime has in use, in bytes; undefined where the system does not say, or while it does not run. */
  async runtimeMemory(): Promise<number | undefined> {
    const group = this.#process?.pid;
    if (process.platform !== "linux" || !this.isUp) return undefined;
    for (const entry of await readdir("/proc")) {
      if (!/^\d+$/.test(entry)) continue;
      const read = (name: string) => readFile(`/proc/${entry}/${name}`, "utf8").catch(() => "");
      const [, name, fields = ""] = /^\d+ \((.*)\) (.*)/.exec(await read("stat")) ?? [];
      if (name !== "workerd" || Number(fields.split(" ")[2]) !== group) continue;
      const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(await read("status")) ?? [];
      return kibibytes === undefined ? undefined : Number(kibibytes) * KIBIBYTE;
    }
    return undefined;
  }
}
