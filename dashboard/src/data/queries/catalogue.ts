import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { auditList, keyList, metricList } from "../../../../src/model/listing.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi } from "../fetch-from-api.ts";
import { SLOW_POLL_MILLISECONDS, STEADY_POLL_MILLISECONDS } from "../polling.ts";

export function useMetrics() {
  return useQuery(() => ({
    queryKey: ["metrics"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["metrics"]), metricList, signal),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

export function useKeys() {
  return useQuery(() => ({
    queryKey: ["keys"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["keys"]), keyList, signal),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/**
 * Who did what, newest first.
 * @param subject `config:<key>`, `experiment:<key>`, …; undefined for everything
 * @param before an entry's id; only older ones are listed
 */
export function useAudit(subject: Accessor<string | undefined>, before: Accessor<string | undefined>) {
  return useQuery(() => ({
    queryKey: ["audit", subject(), before()],
    queryFn: ({ signal }) =>
      fetchFromApi(apiPath(["audit"], { subject: subject(), before: before() }), auditList, signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}
