interface Env {
  /** The Worker that answers the API; bound, so that no request leaves Cloudflare's network. */
  API: Fetcher;
}

/** Hands `/api/…` to the Worker as `/…`, so that the dashboard and the API share one origin and need no CORS. */
export const onRequest: PagesFunction<Env> = ({ request, env }) => {
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/api(?=\/|$)/, "");
  return env.API.fetch(new Request(url, request));
};
