import { QueryCache, QueryClient, type QueryKey, replaceEqualDeep } from "@tanstack/solid-query";
import { ApiError } from "#contract/client.ts";
import { isTransient } from "./api.ts";
import { apiKey, signOut } from "./sign-in.ts";

const MAXIMUM_RETRIES = 2;
const FIRST_RETRY_MILLISECONDS = 400;

/** The beginning of the key under which the session is cached. */
const SESSION = "session";

/**
 * The session is over: a refused key is forgotten with all that it had read. Without a key it was Cloudflare Access that
 * spoke for the person, so the gate asks anew who is there.
 */
function endSession(refused: QueryKey): void {
  if (apiKey() !== null) {
    // In this order: the question who is there without the key must not be forgotten with the rest.
    queryClient.clear();
    signOut("rejected");
  } else if (refused[0] !== SESSION) {
    void queryClient.resetQueries({ queryKey: [SESSION] });
  }
}

/** The cache of everything read. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ApiError && error.status === 401) endSession(query.queryKey);
    },
  }),
  defaultOptions: {
    queries: {
      retry: (failures, error) =>
        error instanceof ApiError && isTransient(error) && failures < MAXIMUM_RETRIES,
      retryDelay: (failures) => FIRST_RETRY_MILLISECONDS * 2 ** failures,
      // What a poll left unchanged keeps its identity, so that nothing on the page is drawn anew without need.
      reconcile: (before, after) => replaceEqualDeep(before, after),
    },
  },
});
