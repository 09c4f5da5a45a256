import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "../report/median.ts";
import { Connection } from "./wire.ts";

/** A server under measurement. */
export interface Target {
  port: number;
  /** The process that answers. */
  pid: number;
}

export interface Load {
  requests: number;
  /** Answers a second. */
  rate: number;
}

/**
 * As many requests as a server answers: every connection sends its next one when it has its answer.
 * @param requests are sent until there are none or the time is up
 */
export async function measureCapacity(
  { port }: Pick<Target, "port">,
  requests: Iterator<Buffer>,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  let answered = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new Connection(port);
      for (let next = requests.next(); !next.done; next = requests.next()) {
        await connection.send(next.value);
        answered += 1;
        if (performance.now() >= end) break;
      }
      connection.close();
    }),
  );
  return { requests: answered, rate: answered / ((performance.now() - begin) / 1_000) };
}

/**
 * Milliseconds that answers take where requests come at a fixed rate, whether or not earlier ones are answered. A request that
 * finds all connections in use waits, and its wait counts, as does that for a generator that is late.
 */
export async function measureLatency(
  { port }: Target,
  requests: Iterator<Buffer>,
  { rate, seconds, connections }: { rate: number; seconds: number; connections: number },
): Promise<{ p50: number; p99: number }> {
  const all = Array.from({ length: connections }, () => new Connection(port));
  const free = [...all];
  const due: { request: Buffer; at: number }[] = [];
  const times: number[] = [];
  const sending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const sendDue = () => {
    while (free.length > 0 && due.length > 0) {
      // In turn: a server closes a connection that is idle for some seconds.
      const [connection, next] = [free.shift(), due.shift()];
      if (!connection || !next) return;
      const sent = connection
        .send(next.request)
        .then(() => {
          times.push(performance.now() - next.at);
          free.push(connection);
          sending.delete(sent);
          sendDue();
        })
        .catch((cause: unknown) => {
          sending.delete(sent);
          failures.push(cause);
        });
      sending.add(sent);
    }
  };
  await Promise.all(all.map(({ ready }) => ready));
  const begin = performance.now();
  let asked = 0;
  while (asked < rate * seconds && failures.length === 0) {
    const now = performance.now();
    for (; asked < Math.min(rate * seconds, ((now - begin) / 1_000) * rate); asked++) {
      const next = requests.next();
      if (next.done) throw new Error("there are too few requests");
      due.push({ request: next.value, at: begin + (asked / rate) * 1_000 });
    }
    sendDue();
    await pause(1);
  }
  while (sending.size > 0) await Promise.all(sending);
  for (const connection of all) connection.close();
  if (failures.length > 0) throw failures[0];
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
