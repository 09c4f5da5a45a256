import { z } from "zod";
import { type ApiClient, ApiError, createClient } from "#contract/client.ts";
import { findFaults } from "../fuzz/judge.ts";
import type { Journal } from "./journal.ts";
import { ADMIN_KEY, type ChaosServer } from "./server.ts";

/** Longer than anything may take, D1 being silent for a while included. */
const PATIENCE_MILLISECONDS = 60_000;

/** A request that got no answer: the server was killed, or the client did not wait. What it asked for may have been done. */
export class NoAnswer extends Error {}

/** True where the same request may succeed later. */
export function isTransient(cause: unknown): boolean {
  return cause instanceof NoAnswer || (cause instanceof ApiError && [429, 503].includes(cause.status));
}

const problemSchema = z.looseObject({ code: z.string().optional() });

async function send(
  server: ChaosServer,
  journal: Journal,
  path: string,
  init: RequestInit,
  patience: number,
): Promise<Response> {
  const { starts } = server;
  const call = `${init.method} ${path}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${server.api}${path}`, { ...init, signal: AbortSignal.timeout(patience) });
    text = await response.text();
  } catch (cause) {
    const isExpected = !server.isUp || server.starts !== starts || patience < PATIENCE_MILLISECONDS;
    if (!isExpected) journal.fault(`${call} got no answer: ${String(cause)} ${String(Object(cause).cause)}`);
    throw new NoAnswer(call);
  }
  const { status, headers } = response;
  const faults = findFaults(
    {
      status: status === 503 ? 0 : status,
      text,
      contentType: headers.get("content-type") ?? "",
      milliseconds: 0,
    },
    [ADMIN_KEY],
  );
  if (status === 503 && headers.get("retry-after") === null) faults.push("503 without Retry-After");
  for (const fault of faults) journal.fault(`${call}: ${fault}: ${text.slice(0, 300)}`);
  if (!response.ok) {
    const { code } = problemSchema.catch({}).parse(JSON.parse(text || "{}"));
    journal.count(`${status} ${code}`);
  }
  return new Response(text, { status, headers });
}

/**
 * A client of the server under one key; every answer is judged.
 * @param patience how long it waits, in milliseconds
 */
export function chaosClient(
  server: ChaosServer,
  journal: Journal,
  secret = ADMIN_KEY,
  patience = PATIENCE_MILLISECONDS,
): ApiClient {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  return createClient((path, request) =>
    send(
      server,
      journal,
      path,
      { method: request.method, headers, ...(request.body && { body: request.body }) },
      patience,
    ),
  );
}

/** Asks until there is an answer. @throws what refuses it for good, or the last failure when time is up */
export async function untilAnswered<Value>(ask: () => Promise<Value>): Promise<Value> {
  const deadline = Date.now() + 2 * PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await ask();
    } catch (cause) {
      if (!isTransient(cause) || Date.now() > deadline) throw cause;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
