interface Env {
  /** The Worker that answers the API; bound, so that no request leaves Cloudflare's network. */
  API: { fetch: (request: Request) => Promise<Response> };
}

/**
 * Hands `/api/…` to the Worker as `/…`, so that the dashboard and the API share one origin and need no CORS. Host and
 * headers stay as the browser sent them: the Worker compares origins, and verifies the token of Cloudflare Access.
 */
export const onRequest = (({ request, env }: { request: Request; env: Env }): Promise<Response> => {
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/api(?=\/|$)/, "");
  const { method, headers, redirect } = request;
  // What somebody sends along with a question is no part of it, and could not be passed on.
  const isQuestion = method === "GET" || method === "HEAD";
  return env.API.fetch(new Request(url, isQuestion ? { method, headers, redirect } : request));
}) satisfies PagesFunction<Env>;
