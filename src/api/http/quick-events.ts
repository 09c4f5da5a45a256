import { MAXIMUM_EVENTS_PER_BATCH, postEvents } from "#contract/events.ts";
import type { IngestContext } from "#ingest/ingest-context.ts";
import { count, counterOf } from "#shared/counters.ts";
import { takeEvents } from "../routes/events.ts";
import { withCrossOrigin } from "./cross-origin.ts";
import { describeError, describeUnexpectedError, toProblemResponse } from "./problems.ts";
import { ANSWERED, type KnownServer, knowServer, parseBytes, withBody } from "./quick-request.ts";
import type { Execution } from "./run-route.ts";

/*
 * The way that events of a server take whose key is known: it does what the route does, without finding the route, hashing the
 * key and asking a schema for the outer shape of the batch.
 */

const ROUTE = `POST ${postEvents.path}`;

const answered = counterOf("requests", { route: ROUTE, status: "2xx" });

/** The events of a body that holds them and nothing else. */
function readBatch(body: unknown): readonly unknown[] | undefined {
  if (typeof body !== "object" || body === null || !("events" in body)) return undefined;
  const { events } = body;
  if (!Array.isArray(events) || Object.keys(body).length !== 1) return undefined;
  return events.length > 0 && events.length <= MAXIMUM_EVENTS_PER_BATCH ? events : undefined;
}

function contextOf({ key, served, now }: KnownServer, environment: Env, execution: Execution): IngestContext {
  const caller = { actor: `key:${key.id}`, scope: key.scope, source: "key", email: null } as const;
  // A server vouches for its units itself.
  return { environment, execution, served, caller, key, unitToken: undefined, now };
}

function refuse(problem: Parameters<typeof toProblemResponse>[0]): Response {
  const response = withCrossOrigin(toProblemResponse(problem));
  response.headers.set("x-content-type-options", "nosniff");
  count("requests", { route: ROUTE, status: `${Math.floor(response.status / 100)}xx` });
  return response;
}

async function record(events: readonly unknown[], context: IngestContext): Promise<Response> {
  try {
    const receipt = await takeEvents(events, context);
    if (!receipt.ok) return refuse(describeError(receipt.error));
    answered.value += 1;
    return new Response(JSON.stringify(receipt.value), ANSWERED);
  } catch (cause) {
    return refuse(describeUnexpectedError(cause));
  }
}

async function respond(
  request: Request,
  context: IngestContext,
  otherwise: (request: Request) => Promise<Response>,
): Promise<Response> {
  let bytes: ArrayBuffer;
  try {
    bytes = await request.arrayBuffer();
  } catch {
    // The client has gone.
    return otherwise(request);
  }
  const events = readBatch(parseBytes(bytes));
  return events ? record(events, context) : otherwise(withBody(request, bytes));
}

/**
 * Records the events of an ordinary request.
 * @param otherwise answers any request; called once at most
 * @returns undefined where the request is not an ordinary one, of which nothing was read then
 */
export function recordQuickly(
  request: Request,
  environment: Env,
  execution: Execution,
  otherwise: (request: Request) => Promise<Response>,
): Promise<Response> | undefined {
  const known = knowServer(request, postEvents.path, environment, execution);
  return known && respond(request, contextOf(known, environment, execution), otherwise);
}
