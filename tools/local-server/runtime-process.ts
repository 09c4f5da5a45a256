import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { inRepository } from "./repository.ts";

/** Node announces every child process here, before it knows what will run in it. */
const CHANNEL = "child_process";

const workerdModuleSchema = z.object({ default: z.string() });

/** Where the runtime of Miniflare lies. */
function findWorkerd(): string {
  const miniflare = createRequire(import.meta.url).resolve("miniflare");
  return workerdModuleSchema.parse(createRequire(miniflare)("workerd")).default;
}

/** Has Miniflare start its runtime so that signals for all processes of a terminal do not end it. */
function shieldRuntime(): void {
  // Windows knows neither these signals nor the shell.
  if (process.platform === "win32" || process.env.BAKEOFF_WORKERD) return;
  process.env.BAKEOFF_WORKERD = process.env.MINIFLARE_WORKERD_PATH ?? findWorkerd();
  process.env.MINIFLARE_WORKERD_PATH = inRepository("tools/local-server/run-workerd.sh");
}

/**
 * The `workerd` that Miniflare starts while some work goes on. Miniflare itself only ends it from one moment to the next.
 */
export async function withRuntimeProcess<Value>(
  start: () => Promise<Value>,
): Promise<{ value: Value; runtime: ChildProcess | undefined }> {
  shieldRuntime();
  const children: ChildProcess[] = [];
  const notice = (message: unknown): void => {
    children.push(Object(message).process);
  };
  subscribe(CHANNEL, notice);
  try {
    const value = await start();
    return { value, runtime: children.find(({ spawnfile }) => spawnfile.includes("workerd")) };
  } finally {
    unsubscribe(CHANNEL, notice);
  }
}

/**
 * Lets the runtime answer what it has begun to read and take nothing new, for this long at most, and ends Miniflare.
 * @param dispose  called in the moment in which the runtime ends: later, Miniflare would be starting another
 */
export async function finishRequests(
  runtime: ChildProcess | undefined,
  milliseconds: number,
  dispose: () => Promise<void>,
): Promise<void> {
  if (!runtime || runtime.exitCode !== null || runtime.signalCode !== null) return dispose();
  let disposed: Promise<void> | undefined;
  const disposeOnce = (): Promise<void> => {
    disposed ??= dispose();
    return disposed;
  };
  runtime.prependOnceListener("exit", () => void disposeOnce());
  const ended = once(runtime, "exit");
  runtime.kill("SIGTERM");
  await Promise.race([ended, pause(milliseconds, undefined, { ref: false })]);
  await disposeOnce();
}
