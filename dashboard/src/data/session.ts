import { queryOptions, useQuery } from "@tanstack/solid-query";
import { getSession } from "#contract/session.ts";
import { api } from "./api.ts";
import { loadedData } from "./loaded-data.ts";
import { apiKey } from "./sign-in.ts";

export const sessionQueries = {
  /** Who is signed in, and with which scope; asked once per key. */
  current: () =>
    queryOptions({
      queryKey: ["session", apiKey()],
      queryFn: ({ signal }) => api.call(getSession, { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

/** True when the signed-in person may change things; false too while that is not known yet. */
export function useCanEdit(): () => boolean {
  const session = useQuery(() => sessionQueries.current());
  return () => loadedData(session)?.scope === "admin";
}

/** Why the signed-in person may change nothing, for buttons; undefined where changes are possible. */
export function useEditRefusal(): () => string | undefined {
  const session = useQuery(() => sessionQueries.current());
  return () => {
    const scope = loadedData(session)?.scope;
    if (scope === "admin") return undefined;
    return scope === undefined ? "Still checking what your key can do." : "Your key is read-only.";
  };
}
