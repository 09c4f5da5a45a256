import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** Node announces every child process here, before it knows what will run in it. */
const CHANNEL = "child_process";

/**
 * The `workerd` that Miniflare starts while some work goes on. Miniflare itself only ends it from one moment to the next.
 */
export async function withRuntimeProcess<Value>(
  start: () => Promise<Value>,
): Promise<{ value: Value; runtime: ChildProcess | undefined }> {
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

/** Lets the runtime answer what it has begun to read and take nothing new, for this long at most. */
export async function finishRequests(runtime: ChildProcess | undefined, milliseconds: number): Promise<void> {
  if (!runtime || runtime.exitCode !== null || runtime.signalCode !== null) return;
  const ended = once(runtime, "exit");
  runtime.kill("SIGTERM");
  await Promise.race([ended, pause(milliseconds, undefined, { ref: false })]);
}
