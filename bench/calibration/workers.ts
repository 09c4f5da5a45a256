import { once } from "node:events";
import { URL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Tally } from "./record.ts";
import type { Task } from "./task.ts";

/**
 * Spreads tasks over threads. Which thread does what changes no number.
 * @param done is told of every finished task
 */
export async function performAll(
  tasks: readonly Task[],
  threads: number,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  const waiting = [...tasks];
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL("./worker.ts", import.meta.url));
      try {
        for (let task = waiting.shift(); task; task = waiting.shift()) {
          worker.postMessage(task);
          const [tally]: Tally[] = await once(worker, "message");
          done(task, tally ?? {});
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
}
