import type { AssignmentRequest } from "#contract/assignment.ts";
import type { Assignment } from "#model/config/assignment.ts";
import { counterOf } from "#shared/counters.ts";
import { log } from "#shared/log.ts";
import { assignByServer } from "../routes/assign-unit.ts";
import { readPlainAssignments } from "./plain-assignment.ts";
import { ANSWERED, type KnownServer, knowServer, parseBytes, withBody } from "./quick-request.ts";
import type { Execution } from "./run-route.ts";

/*
 * The way that nearly all requests take: a server that is known asks which variant ordinary units get, and all of it is in memory.
 * It does what the route does and nothing else; whatever is unusual about a request, the route is asked.
 */

const PATH = "/v1/assign";
const answered = counterOf("requests", { route: `POST ${PATH}`, status: "2xx" });

/** The JSON of an assignment, without its last brace. Everybody who gets the same answer gets the same object. */
const texts = new WeakMap<Assignment, string>();

function textOf(assignment: Assignment): string {
  const known = texts.get(assignment);
  if (known !== undefined) return known;
  const text = JSON.stringify(assignment).slice(0, -1);
  texts.set(assignment, text);
  return text;
}

/** @returns undefined where an answer is not in memory, or is none */
function answer(
  requests: AssignmentRequest | AssignmentRequest[],
  { served, key, now }: KnownServer,
  environment: Env,
  execution: Execution,
): string | undefined {
  const { parts, version } = served.ruleset;
  const state = `"rulesetVersion":${version},"stale":${served.stale}}`;
  if (!Array.isArray(requests)) {
    const assignment = assignByServer(requests, parts, key, environment, execution, now);
    return assignment && `${textOf(assignment)},${state}`;
  }
  const answers: string[] = [];
  for (const request of requests) {
    const assignment = assignByServer(request, parts, key, environment, execution, now);
    if (!assignment) return undefined;
    answers.push(`${textOf(assignment)}}`);
  }
  return `{"assignments":[${answers.join(",")}],${state}`;
}

async function respond(
  request: Request,
  known: KnownServer,
  environment: Env,
  execution: Execution,
  otherwise: (request: Request) => Promise<Response>,
): Promise<Response> {
  let bytes: ArrayBuffer | undefined;
  try {
    bytes = await request.arrayBuffer();
    const requests = readPlainAssignments(parseBytes(bytes));
    const text = requests && answer(requests, known, environment, execution);
    if (text !== undefined) {
      answered.value += 1;
      return new Response(text, ANSWERED);
    }
  } catch (cause) {
    // Without its bytes the client has gone.
    if (bytes) log("warn", "an ordinary request could not be answered the quick way", { cause });
  }
  return otherwise(bytes ? withBody(request, bytes) : request);
}

/**
 * Answers an ordinary request for assignments.
 * @param otherwise answers any request; called once at most
 * @returns undefined where the request is not an ordinary one, of which nothing was read then
 */
export function assignQuickly(
  request: Request,
  environment: Env,
  execution: Execution,
  otherwise: (request: Request) => Promise<Response>,
): Promise<Response> | undefined {
  const known = knowServer(request, PATH, environment, execution);
  return known && respond(request, known, environment, execution, otherwise);
}
