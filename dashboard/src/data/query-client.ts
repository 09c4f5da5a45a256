import { QueryCache, QueryClient, replaceEqualDeep } from "@tanstack/solid-query";
import { ApiError } from "./api-error.ts";
import { signOut } from "./session.ts";

const MAXIMUM_RETRIES = 2;
const FIRST_RETRY_MILLISECONDS = 400;

/** The cache of everything read; a refused key ends the session and forgets what it had read. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) {
        signOut("rejected");
        queryClient.clear();
      }
    },
  }),
  defaultOptions: {
    queries: {
      retry: (failures, error) =>
        error instanceof ApiError && error.isTransient && failures < MAXIMUM_RETRIES,
      retryDelay: (failures) => FIRST_RETRY_MILLISECONDS * 2 ** failures,
      // What a poll left unchanged keeps its identity, so that nothing on the page is drawn anew without need.
      reconcile: (before, after) => replaceEqualDeep(before, after),
    },
  },
});
