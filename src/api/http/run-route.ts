import type { IRequest } from "itty-router";
import type { Problem } from "#contract/problem.ts";
import { RulesetCache, type ServedRuleset } from "#ruleset/edge-cache.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { openDatabases } from "#store/database.ts";
import { authorize, authorizeByAddress, type KeySource } from "../auth/authorize.ts";
import { noteUse, refuseFlood } from "../auth/key-use.ts";
import { rememberHeader } from "../auth/quick-keys.ts";
import { parseInput, readJson } from "./body.ts";
import { describeError, describeUnexpectedError, toProblemResponse } from "./problems.ts";
import { toResponse } from "./respond.ts";
import type { RequestContext, Route } from "./route.ts";

export type RoutedRequest = IRequest & Request;
export type Execution = Pick<ExecutionContext, "waitUntil">;

/** What this isolate answers from. */
export const rulesets = new RulesetCache();

/** For protocols whose bodies have no place for a token. */
const UNIT_TOKEN_HEADER = "x-bakeoff-unit-token";

function decodeParameters(parameters: Record<string, string>): Result<Record<string, string>> {
  try {
    const decoded = Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { ok: true, value: Object.fromEntries(decoded) };
  } catch {
    return err("not_found", "The address is not well-formed.");
  }
}

async function parseRequest(route: Route, request: RoutedRequest) {
  const raw = decodeParameters(request.params);
  if (!raw.ok) return raw;
  const parameters = route.parameters ? parseInput(route.parameters, raw.value) : undefined;
  if (parameters?.ok === false) return err("not_found", "There is nothing at this address.");
  const query = route.query
    ? parseInput(route.query, Object.fromEntries(new URL(request.url).searchParams))
    : undefined;
  if (query?.ok === false) return query;
  const json = route.body ? await readJson(request) : undefined;
  if (json?.ok === false) return json;
  const body = route.body && json ? parseInput(route.body, json.value, route.screenedLevels) : undefined;
  if (body?.ok === false) return body;
  return { ok: true, parameters: parameters?.value, query: query?.value, body: body?.value } as const;
}

function authorizeFor(
  route: Route,
  request: RoutedRequest,
  keySource: KeySource,
  environment: Env,
  now: number,
) {
  return route.keyParameter === undefined
    ? authorize(request, route.scope, keySource, environment, now)
    : authorizeByAddress(request.params[route.keyParameter] ?? "", request, keySource, environment, now);
}

function callHandler(
  route: Route,
  input: { parameters: unknown; query: unknown; body: unknown; request: Request },
  context: RequestContext,
  served: ServedRuleset | undefined,
) {
  if (!route.readsRuleset) return route.handle({ ...input, context });
  if (!served) throw new Error("a handler that needs the ruleset was called without one");
  return route.handle({ ...input, context: { ...context, served } });
}

async function answer(
  route: Route,
  request: RoutedRequest,
  environment: Env,
  execution: Execution,
): Promise<Response | Failure> {
  const now = Date.now();
  const served = route.readsRuleset ? await rulesets.current(environment, execution, now) : undefined;
  if (served?.ok === false) return served;
  const keySource: KeySource = async () => {
    const known = served ?? (await rulesets.current(environment, execution, now));
    return known.ok ? ok(known.value.ruleset) : known;
  };
  const authorized = await authorizeFor(route, request, keySource, environment, now);
  if (!authorized.ok) return authorized;
  const { session: caller, key } = authorized.value;
  const databases = openDatabases(environment);
  const flood = key && (await refuseFlood(key, request, environment));
  if (flood) return flood;
  if (key) noteUse(key, databases.database, execution, now);
  if (key && served) rememberHeader(served.value.ruleset.keys, request.headers.get("authorization"), key);
  const parsed = await parseRequest(route, request);
  if (!parsed.ok) return parsed;

  const { parameters, query, body } = parsed;
  const context: RequestContext = {
    environment,
    execution,
    services: { ...databases, aggregators: environment.AGGREGATOR, now },
    caller,
    key,
    unitToken: request.headers.get(UNIT_TOKEN_HEADER) ?? undefined,
    act: (reason = "") => ({ actor: caller.actor, reason, now }),
    now,
  };
  const result = await callHandler(route, { parameters, query, body, request }, context, served?.value);
  if (route.scope === "admin" && route.method !== "GET") rulesets.expire();
  return result.ok ? toResponse(result.value, route.status ?? 200, request) : result;
}

/** A route as a handler: authorize, parse, act, answer; whatever goes wrong is told in the words of its protocol. */
export async function runRoute(
  route: Route,
  request: RoutedRequest,
  environment: Env,
  execution: Execution,
): Promise<Response> {
  const tell = (problem: Problem) =>
    toProblemResponse(problem, route.failures, request.params, request.headers);
  try {
    const answered = await answer(route, request, environment, execution);
    return answered instanceof Response ? answered : tell(describeError(answered.error));
  } catch (cause) {
    return tell(describeUnexpectedError(cause));
  }
}
