import { AutoRouter } from "itty-router";
import { secretProblems } from "#config";
import { CLIENT_PACKAGE_PATH } from "#contract/client-package.ts";
import { err, type Failure } from "#shared/result.ts";
import { serveClientPackage } from "../routes/client-package.ts";
import { ROUTES } from "../routes/index.ts";
import { buildOpenApiDocument } from "./open-api.ts";
import { describeError, describeUnexpectedError, toProblemResponse } from "./problems.ts";
import type { Route } from "./route.ts";
import { type Execution, type RoutedRequest, runRoute } from "./run-route.ts";

/** Answers whatever state the installation is in. */
const HEALTH_CHECK = "/healthz";

/** Browsers of any origin may assign and log: keys travel in a header that no browser adds by itself. */
const CROSS_ORIGIN_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers":
    "authorization, x-api-key, x-bakeoff-unit-token, content-type, content-encoding, if-none-match",
  "access-control-expose-headers": "etag, retry-after",
  "access-control-max-age": "86400",
};

function withCrossOrigin(response: Response): Response {
  for (const [name, value] of Object.entries(CROSS_ORIGIN_HEADERS)) response.headers.set(name, value);
  return response;
}

function findErrorFor(request: Request): Failure {
  const { pathname } = new URL(request.url);
  const methods = ROUTES.filter(({ path }) => pathPattern(path).test(pathname)).map(({ method }) => method);
  return methods.length === 0
    ? err("not_found", "There is nothing at this address.")
    : err("method_not_allowed", `This address takes ${[...new Set(methods)].join(", ")}.`);
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}/*$`);
}

function buildRouter() {
  const router = AutoRouter<RoutedRequest, [Env, Execution]>({
    format: (response) => response,
    missing: (request) => toProblemResponse(describeError(findErrorFor(request).error)),
    catch: (cause: unknown) => toProblemResponse(describeUnexpectedError(cause)),
  });
  for (const route of ROUTES) {
    const respond = (request: RoutedRequest, environment: Env, execution: Execution) =>
      runRoute(route, request, environment, execution);
    const register = route.method.toLowerCase() as Lowercase<Route["method"]>;
    if (route.crossOrigin) {
      router.options(route.path, () => withCrossOrigin(new Response(null, { status: 204 })));
      router[register](route.path, async (...parameters) => withCrossOrigin(await respond(...parameters)));
    } else {
      router[register](route.path, respond);
    }
  }
  router.get(CLIENT_PACKAGE_PATH, serveClientPackage);
  router.get(HEALTH_CHECK, () => Response.json({ ok: true }));
  router.get("/openapi.json", () => Response.json(buildOpenApiDocument(ROUTES)));
  return router;
}

const router = buildRouter();

/** An installation without its secrets answers nobody: whoever could guess the admin key would own it. */
function refuseWithoutSecrets(request: Request, environment: Env): Response | undefined {
  const problems = secretProblems(environment);
  if (problems.length === 0 || new URL(request.url).pathname === HEALTH_CHECK) return undefined;
  console.error({ message: "this installation is not set up", reason: problems.join(" ") });
  const detail = "Secrets are missing or too short. The log of the Worker says which.";
  return toProblemResponse(describeError(err("not_set_up", detail).error));
}

/** Answers every HTTP request: the routes, the OpenAPI document, the client's package, the health check, or a problem. */
export async function handleRequest(
  request: Request,
  environment: Env,
  execution: Execution,
): Promise<Response> {
  const isHead = request.method === "HEAD";
  const routed = isHead ? new Request(request, { method: "GET" }) : request;
  const response: Response =
    refuseWithoutSecrets(request, environment) ?? (await router.fetch(routed, environment, execution));
  response.headers.set("x-content-type-options", "nosniff");
  return isHead ? new Response(null, response) : response;
}
