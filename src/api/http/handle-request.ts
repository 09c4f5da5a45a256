import { AutoRouter } from "itty-router";
import { isSetUp, secretProblems } from "#config";
import { CLIENT_PACKAGE_PATH } from "#contract/client-package.ts";
import { count } from "#shared/counters.ts";
import { log } from "#shared/log.ts";
import { err, type Failure } from "#shared/result.ts";
import { serveClientPackage } from "../routes/client-package.ts";
import { ROUTES } from "../routes/index.ts";
import { serveReadiness } from "../routes/monitoring.ts";
import { PREFLIGHT_HEADERS, withCrossOrigin } from "./cross-origin.ts";
import { buildOpenApiDocument } from "./open-api.ts";
import { describeError, describeUnexpectedError, toProblemResponse } from "./problems.ts";
import { assignQuickly } from "./quick-assign.ts";
import { recordQuickly } from "./quick-events.ts";
import type { Route } from "./route.ts";
import { type Execution, type RoutedRequest, rulesets, runRoute } from "./run-route.ts";

/** Answers whatever state the installation is in. */
const HEALTH_CHECK = "/healthz";

/** Says whether the installation can do its work. */
const READINESS_CHECK = "/readyz";

const API_DOCUMENT = "/openapi.json";

/** Written once per isolate: it is long, and always the same. */
let apiDocument: string | undefined;

function serveApiDocument(): Response {
  apiDocument ??= JSON.stringify(buildOpenApiDocument(ROUTES));
  return new Response(apiDocument, { headers: { "content-type": "application/json" } });
}

const refuse = ({ error }: Failure): Response => toProblemResponse(describeError(error));

interface Address {
  pattern: RegExp;
  method: string;
}

function addressOf(path: string, method: string): Address {
  return { pattern: new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}/*$`), method };
}

const ADDRESSES: readonly Address[] = [
  ...ROUTES.flatMap(({ path, method, crossOrigin }) => [
    addressOf(path, method),
    ...(crossOrigin ? [addressOf(path, "OPTIONS")] : []),
  ]),
  ...[CLIENT_PACKAGE_PATH, HEALTH_CHECK, READINESS_CHECK, API_DOCUMENT].map((path) => addressOf(path, "GET")),
];

/** Each hundred of them is a class. */
const statusClassOf = ({ status }: Response): string => `${Math.floor(status / 100)}xx`;

/** Answers what no route takes: with the methods that its address takes, if there is anything at it. */
function refuseUnrouted(request: Request): Response {
  const { pathname } = new URL(request.url);
  const found = ADDRESSES.filter(({ pattern }) => pattern.test(pathname)).map(({ method }) => method);
  const methods = [...new Set(found.flatMap((method) => (method === "GET" ? [method, "HEAD"] : method)))];
  if (methods.length === 0) return refuse(err("not_found", "There is nothing at this address."));
  const allowed = methods.join(", ");
  const response = refuse(err("method_not_allowed", `This address takes ${allowed}.`));
  response.headers.set("allow", allowed);
  return response;
}

function buildRouter() {
  const router = AutoRouter<RoutedRequest, [Env, Execution]>({
    format: (response) => response,
    missing: (request) => {
      const response = refuseUnrouted(request);
      count("requests", { route: "none", status: statusClassOf(response) });
      return response;
    },
    catch: (cause: unknown) => toProblemResponse(describeUnexpectedError(cause)),
  });
  for (const route of ROUTES) {
    const respond = async (request: RoutedRequest, environment: Env, execution: Execution) => {
      const response = await runRoute(route, request, environment, execution);
      count("requests", { route: `${route.method} ${route.path}`, status: statusClassOf(response) });
      return response;
    };
    const register = route.method.toLowerCase() as Lowercase<Route["method"]>;
    if (route.crossOrigin) {
      router.options(route.path, () => new Response(null, { status: 204, headers: PREFLIGHT_HEADERS }));
      router[register](route.path, async (...parameters) => withCrossOrigin(await respond(...parameters)));
    } else {
      router[register](route.path, respond);
    }
  }
  router.get(CLIENT_PACKAGE_PATH, serveClientPackage);
  router.get(HEALTH_CHECK, () => Response.json({ ok: true }));
  router.get(READINESS_CHECK, (_request: RoutedRequest, environment: Env, execution: Execution) => {
    const now = Date.now();
    return serveReadiness(environment, async () => rulesets.current(environment, execution, now), now);
  });
  router.get(API_DOCUMENT, serveApiDocument);
  return router;
}

const router = buildRouter();

/** An installation without its secrets answers nobody: whoever could guess the admin key would own it. */
function refuseWithoutSecrets(request: Request, environment: Env): Response | undefined {
  if (isSetUp(environment)) return undefined;
  const problems = secretProblems(environment);
  if (new URL(request.url).pathname === HEALTH_CHECK) return undefined;
  log("error", "this installation is not set up", { reason: problems.join(" ") });
  return refuse(err("not_set_up", "Secrets are missing or too short. The log of the Worker says which."));
}

async function respond(request: Request, environment: Env, execution: Execution): Promise<Response> {
  // A header Host that names no host makes an address that is none.
  if (!URL.canParse(request.url)) return refuse(err("malformed_request", "The address is not well-formed."));
  return refuseWithoutSecrets(request, environment) ?? router.fetch(request, environment, execution);
}

/** Answers every HTTP request: the routes, the OpenAPI document, the client's package, the health check, or a problem. */
export function handleRequest(request: Request, environment: Env, execution: Execution): Promise<Response> {
  const otherwise = (routed: Request) => answerRouted(routed, environment, execution);
  return (
    assignQuickly(request, environment, execution, otherwise) ??
    recordQuickly(request, environment, execution, otherwise) ??
    otherwise(request)
  );
}

async function answerRouted(request: Request, environment: Env, execution: Execution): Promise<Response> {
  const isHead = request.method === "HEAD";
  try {
    // Made anew without the body that somebody may have sent along.
    const routed = isHead ? new Request(request.url, { headers: request.headers }) : request;
    const response = await respond(routed, environment, execution);
    response.headers.set("x-content-type-options", "nosniff");
    return isHead ? new Response(null, response) : response;
  } catch (cause) {
    return toProblemResponse(describeUnexpectedError(cause));
  }
}
