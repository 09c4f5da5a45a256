import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { auditListSchema } from "#contract/audit.ts";
import { keyListSchema, metricListSchema } from "#contract/lists.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { metricPreviewSchema } from "#model/metric/preview.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi, sendToApi } from "../fetch-from-api.ts";
import { SLOW_POLL_MILLISECONDS, STEADY_POLL_MILLISECONDS } from "../polling.ts";
import { useCanEdit } from "./session.ts";

export function useMetrics() {
  return useQuery(() => ({
    queryKey: ["metrics"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["metrics"]), metricListSchema, signal),
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
      sendToApi(
        "POST",
        apiPath(["metrics", "preview"]),
        metricPreviewSchema,
        { definition: definition() },
        signal,
      ),
    enabled: definition() !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/** All keys without their secrets; only admins may read them, so nobody else asks. */
export function useKeys() {
  const mayChange = useCanEdit();
  return useQuery(() => ({
    enabled: mayChange(),
    queryKey: ["keys"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["keys"]), keyListSchema, signal),
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
      fetchFromApi(apiPath(["audit"], { subject: subject(), before: before() }), auditListSchema, signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

/** Where the first page begins. */
const NEWEST: string | undefined = undefined;
const AUDIT_PAGE_SIZE = 100;

/** Which entries of the audit: all that is given must hold. */
export interface AuditNarrowing {
  /** `config:<key>`, `experiment:<key>`, … */
  subject?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
}

/** Who did what, newest first, page after page into the past. */
export function useAuditPages(narrowing: Accessor<AuditNarrowing>) {
  return useInfiniteQuery(() => ({
    queryKey: ["audit", "pages", narrowing()],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...narrowing(), before: pageParam, limit: AUDIT_PAGE_SIZE };
      return fetchFromApi(apiPath(["audit"], query), auditListSchema, signal);
    },
    initialPageParam: NEWEST,
    getNextPageParam: ({ entries }) => (entries.length < AUDIT_PAGE_SIZE ? undefined : entries.at(-1)?.id),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}
