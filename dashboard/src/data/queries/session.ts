import { useQuery } from "@tanstack/solid-query";
import { sessionSchema } from "#contract/session.ts";
import { apiPath } from "../api-path.ts";
import { loadedData } from "../data-of.ts";
import { fetchFromApi } from "../fetch-from-api.ts";
import { apiKey } from "../session.ts";

/** Who is signed in, and with which scope; asked once per key. */
export function useSession() {
  return useQuery(() => ({
    queryKey: ["session", apiKey()],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["session"]), sessionSchema, signal),
    staleTime: Number.POSITIVE_INFINITY,
  }));
}

/** True when the signed-in person may change things; false too while that is not known yet. */
export function useCanEdit(): () => boolean {
  const sessionQuery = useSession();
  return () => loadedData(sessionQuery)?.scope === "admin";
}
