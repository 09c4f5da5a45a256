import { AutoRouter, type IRequest } from "itty-router";
import { type Refusal, type Result, refuse } from "../model/refusal.ts";
import { RulesetCache } from "../ruleset/edge-cache.ts";
import { openDatabase } from "../store/database.ts";
import { authorise } from "./authorise.ts";
import { parseInput, readJson } from "./body.ts";
import { buildOpenApiDocument } from "./open-api.ts";
import { toFaultResponse, toProblemResponse } from "./problems.ts";
import { toResponse } from "./respond.ts";
import type { AnyRoute } from "./route.ts";
import { ROUTES } from "./routes.ts";

type Execution = Pick<ExecutionContext, "waitUntil">;
type Arguments = [Env, Execution];

const rulesets = new RulesetCache();

function decodeParameters(parameters: Record<string, string>): Result<Record<string, string>> {
  try {
    const decoded = Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { ok: true, value: Object.fromEntries(decoded) };
  } catch {
    return refuse("not_found", "The address is not well-formed.");
  }
}

async function parseRequest(route: AnyRoute, request: IRequest & Request) {
  const raw = decodeParameters(request.params);
  if (!raw.ok) return raw;
  const parameters = route.parameters ? parseInput(route.parameters, raw.value) : undefined;
  if (parameters?.ok === false) return refuse("not_found", "There is nothing at this address.");
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

/** A route as a handler: authorise, parse, act, answer. */
async function runRoute(
  route: AnyRoute,
  request: IRequest & Request,
  environment: Env,
  execution: Execution,
): Promise<Response> {
  const now = Date.now();
  const served = await rulesets.current(environment.DB, execution, now);
  const authorised = await authorise(request, route.scope, served.ruleset, environment, now);
  if (!authorised.ok) return toProblemResponse(authorised);
  const parsed = await parseRequest(route, request);
  if (!parsed.ok) return toProblemResponse(parsed);

  const caller = authorised.value;
  const result = await route.handle({
    parameters: parsed.parameters,
    query: parsed.query,
    body: parsed.body,
    context: {
      environment,
      execution,
      database: openDatabase(environment.DB),
      served,
      caller,
      actor: caller.actor,
      now,
    },
  });
  if (route.scope === "admin" && route.method !== "GET") rulesets.expire();
  return result.ok ? toResponse(result.value, request) : toProblemResponse(result);
}

/** Browsers of any origin may assign and log: keys travel in a header that no browser adds by itself. */
const CROSS_ORIGIN_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "authorization, x-api-key, content-type, if-none-match",
  "access-control-expose-headers": "etag, retry-after",
  "access-control-max-age": "86400",
};

function withCrossOrigin(response: Response): Response {
  for (const [name, value] of Object.entries(CROSS_ORIGIN_HEADERS)) response.headers.set(name, value);
  return response;
}

function findRefusalFor(request: Request): Refusal {
  const { pathname } = new URL(request.url);
  const methods = ROUTES.filter(({ path }) => pathPattern(path).test(pathname)).map(({ method }) => method);
  return methods.length === 0
    ? refuse("not_found", "There is nothing at this address.")
    : refuse("method_not_allowed", `This address takes ${[...new Set(methods)].join(", ")}.`);
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}/*$`);
}

function buildRouter() {
  const router = AutoRouter<IRequest & Request, Arguments>({
    format: (response) => response,
    missing: (request) => toProblemResponse(findRefusalFor(request)),
    catch: (cause: unknown) => toFaultResponse(cause),
  });
  for (const route of ROUTES) {
    const respond = (request: IRequest & Request, environment: Env, execution: Execution) =>
      runRoute(route, request, environment, execution);
    const register = route.method.toLowerCase() as Lowercase<AnyRoute["method"]>;
    if (route.crossOrigin) {
      router.options(route.path, () => withCrossOrigin(new Response(null, { status: 204 })));
      router[register](route.path, async (...parameters) => withCrossOrigin(await respond(...parameters)));
    } else {
      router[register](route.path, respond);
    }
  }
  router.get("/healthz", () => Response.json({ ok: true }));
  router.get("/openapi.json", () => Response.json(buildOpenApiDocument(ROUTES)));
  return router;
}

const router = buildRouter();

/** Answers every HTTP request: the routes, the OpenAPI document, the health check, or a problem. */
export async function handleRequest(
  request: Request,
  environment: Env,
  execution: Execution,
): Promise<Response> {
  const isHead = request.method === "HEAD";
  const routed = isHead ? new Request(request, { method: "GET" }) : request;
  const response: Response = await router.fetch(routed, environment, execution);
  response.headers.set("x-content-type-options", "nosniff");
  return isHead ? new Response(null, response) : response;
}
