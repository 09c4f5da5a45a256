import { err, type Failure } from "#shared/result.ts";

/** Methods that change nothing; what they answer, the browser keeps from other origins by itself. */
const READING = ["GET", "HEAD"];

/**
 * Refuses what another site makes a signed-in browser do: the proof of signing in travels by itself with every request,
 * so a request that changes something must show that the dashboard's own pages sent it. The function in front of the
 * Worker keeps the host, so that both see the origin that the browser sees.
 */
export function refuseCrossOrigin(request: Request): Failure | undefined {
  if (READING.includes(request.method)) return undefined;
  const { headers, url } = request;
  if (headers.get("sec-fetch-site") === "same-origin") return undefined;
  if (headers.get("origin") === new URL(url).origin) return undefined;
  return err(
    "cross_origin_refused",
    "Signed in through Cloudflare Access, only the dashboard's own pages may change something. Programs send an API key.",
  );
}
