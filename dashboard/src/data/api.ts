import { ApiError, createClient } from "#contract/client.ts";
import { apiKey } from "./sign-in.ts";

const API_ROOT = "/api";

/** The code of a request that Cloudflare Access has sent off to its sign-in. */
export const SIGN_IN_EXPIRED = "sign_in_expired";

/**
 * The API that serves this dashboard, as typed calls under the key of whoever is signed in.
 * @throws ApiError from each; `unreachable` and {@link SIGN_IN_EXPIRED} are the dashboard's own codes
 */
export const api = createClient(async (path, { signal, ...request }) => {
  const key = apiKey();
  const headers = {
    // Without a key the browser's own sign-in through Cloudflare Access speaks for the user.
    ...(key !== null && { authorization: `Bearer ${key}` }),
    ...(request.body !== undefined && { "content-type": "application/json" }),
  };
  try {
    const response = await fetch(API_ROOT + path, {
      ...request,
      headers,
      // The API never redirects. Cloudflare Access does, to its own sign-in, where no fetch can follow.
      redirect: "manual",
      ...(signal && { signal }),
    });
    if (response.type !== "opaqueredirect") return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "The API did not answer.");
  }
  throw new ApiError(401, SIGN_IN_EXPIRED, "Your sign-in has expired.");
});

/** True when asking again may help: no answer, too many requests, or a fault on the server's side. */
export function isTransient({ status }: ApiError): boolean {
  return status === 0 || status === 429 || status >= 500;
}
