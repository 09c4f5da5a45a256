import { isSetUp } from "#config";
import type { AssignmentRequest } from "#contract/assignment.ts";
import { MAXIMUM_BODY_BYTES } from "#contract/events.ts";
import type { Assignment } from "#model/config/assignment.ts";
import type { RulesetKey } from "#model/config/ruleset.ts";
import type { ServedRuleset } from "#ruleset/edge-cache.ts";
import { counterOf } from "#shared/counters.ts";
import { log } from "#shared/log.ts";
import { isUseNoted } from "../auth/key-use.ts";
import { keyOfHeader } from "../auth/quick-keys.ts";
import { assignByServer } from "../routes/assign-unit.ts";
import { readPlainAssignments } from "./plain-assignment.ts";
import { type Execution, rulesets } from "./run-route.ts";

/*
 * The way that nearly all requests take: a server that is known asks which variant ordinary units get, and all of it is in memory.
 * It does what the route does and nothing else; whatever is unusual about a request, the route is asked.
 */

const PATH = "/v1/assign";
/** Behind `https://`. */
const FIRST_OF_HOST = 8;

/** Made once: setting five headers one by one takes longer than finding the assignment. */
const ANSWERED: ResponseInit = {
  headers: new Headers({
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, retry-after",
  }),
};

const answered = counterOf("requests", { route: `POST ${PATH}`, status: "2xx" });

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** The JSON of an assignment, without its last brace. Everybody who gets the same answer gets the same object. */
const texts = new WeakMap<Assignment, string>();

function textOf(assignment: Assignment): string {
  const known = texts.get(assignment);
  if (known !== undefined) return known;
  const text = JSON.stringify(assignment).slice(0, -1);
  texts.set(assignment, text);
  return text;
}

function isAssign({ url }: Request): boolean {
  const path = url.indexOf("/", FIRST_OF_HOST);
  return url.length - path === PATH.length && url.endsWith(PATH);
}

/** Whether a body can be read at once: of a length that is known and allowed, and as it is. */
function isPlainBody({ headers }: Request): boolean {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return length > 0 && length <= MAXIMUM_BODY_BYTES && headers.get("content-encoding") === null;
}

function parse(bytes: ArrayBuffer): AssignmentRequest | AssignmentRequest[] | undefined {
  try {
    return readPlainAssignments(JSON.parse(decoder.decode(bytes)));
  } catch {
    return undefined;
  }
}

interface Known {
  served: ServedRuleset;
  key: RulesetKey;
  now: number;
}

/** @returns undefined where an answer is not in memory, or is none */
function answer(
  requests: AssignmentRequest | AssignmentRequest[],
  { served, key, now }: Known,
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
  known: Known,
  environment: Env,
  execution: Execution,
  otherwise: (request: Request) => Promise<Response>,
): Promise<Response> {
  let bytes: ArrayBuffer | undefined;
  try {
    bytes = await request.arrayBuffer();
    const requests = parse(bytes);
    const text = requests && answer(requests, known, environment, execution);
    if (text !== undefined) {
      answered.value += 1;
      return new Response(text, ANSWERED);
    }
  } catch (cause) {
    // Without its bytes the client has gone.
    if (bytes) log("warn", "an ordinary request could not be answered the quick way", { cause });
  }
  const { method, url, headers } = request;
  return otherwise(bytes ? new Request(url, { method, headers, body: bytes }) : request);
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
  if (request.method !== "POST" || !isAssign(request) || !isSetUp(environment)) return undefined;
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  const now = Date.now();
  const served = rulesets.current(environment, execution, now);
  if (served instanceof Promise || !served.ok) return undefined;
  const key = keyOfHeader(served.value.ruleset.keys, header, now);
  if (!key || !isUseNoted(key, now) || !isPlainBody(request)) return undefined;
  return respond(request, { served: served.value, key, now }, environment, execution, otherwise);
}
