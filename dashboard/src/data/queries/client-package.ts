import { useQuery } from "@tanstack/solid-query";
import { clientPackageInfoSchema } from "#contract/client-package.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi } from "../fetch-from-api.ts";

/** Which client the installation serves, and at which address apps reach it. */
export function useClientPackage() {
  return useQuery(() => ({
    queryKey: ["client-package"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["client-package"]), clientPackageInfoSchema, signal),
    staleTime: Number.POSITIVE_INFINITY,
  }));
}
