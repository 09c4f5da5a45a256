import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { auditList, keyList, metricList } from "../../../../src/model/listing.ts";
import type { MetricDefinition } from "../../../../src/model/metric.ts";
import { metricPreview } from "../../../../src/model/metric-preview.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi, sendToApi } from "../fetch-from-api.ts";
import { SLOW_POLL_MILLISECONDS, STEADY_POLL_MILLISECONDS } from "../polling.ts";
import { useMayChange } from "./session.ts";

export function useMetrics() {
  return useQuery(() => ({
    queryKey: ["metrics"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["metrics"]), metricList, signal),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/**
 * What a definition makes of the newest logged events. The answer to the previous definition stays until the next one
 * is there. @param definition undefined while it is not one that can be computed
 */
export function useMetricPreview(definition: Accessor<MetricDefinition | undefined>) {
  return useQuery(() => ({
    queryKey: ["metric-preview", definition()],
    queryFn: ({ signal }) =>
      sendToApi("POST", apiPath(["metrics", "preview"]), metricPreview, { definition: definition() }, signal),
    enabled: definition() !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/** All keys without their secrets; only admins may read them, so nobody else asks. */
export function useKeys() {
  const mayChange = useMayChange();
  return useQuery(() => ({
    enabled: mayChange(),
    queryKey: ["keys"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["keys"]), keyList, signal),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/** Which entries of the audit are wanted; what is left out does not narrow it. */
export interface AuditFilter {
  /** `config:<key>`, `experiment:<key>`, …; for a config also what experiments did to it */
  subject?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  /** An entry's id; only older ones are listed. */
  before?: string | undefined;
}

/** Who did what, newest first. */
export function useAudit(filter: Accessor<AuditFilter>) {
  return useQuery(() => ({
    queryKey: ["audit", filter()],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["audit"], { ...filter() }), auditList, signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}
