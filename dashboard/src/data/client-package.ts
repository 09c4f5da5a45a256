import { queryOptions } from "@tanstack/solid-query";
import { getClientPackage } from "#contract/client-package.ts";
import { api } from "./api.ts";

export const clientPackageQueries = {
  /** Which client the installation serves, and at which address apps reach it. */
  info: () =>
    queryOptions({
      queryKey: ["client-package"],
      queryFn: ({ signal }) => api.call(getClientPackage, { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};
