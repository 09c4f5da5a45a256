import { infiniteQueryOptions, queryOptions } from "@tanstack/solid-query";
import { getAudit } from "#contract/audit.ts";
import { api } from "./api.ts";
import { STEADY_POLL_MILLISECONDS } from "./polling.ts";

const PAGE_SIZE = 100;

/** Which entries of the audit: all that is given must hold. */
export interface AuditFilter {
  /** `config:<key>`, `experiment:<key>`, … */
  subject?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
}

/** A page begins after the entry with the id `pageParam`, the first one with the newest entry. */
interface PageContext {
  signal: AbortSignal;
  pageParam: string | undefined;
}

export const auditQueries = {
  /** The newest entries. @param subject `config:<key>`, `experiment:<key>`, … */
  newest: (subject: string) =>
    queryOptions({
      queryKey: ["audit", subject],
      queryFn: ({ signal }) => api.call(getAudit, { query: { subject }, signal }),
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
  /** Who did what, newest first, page after page into the past. */
  pages: (filter: AuditFilter) =>
    infiniteQueryOptions({
      queryKey: ["audit", "pages", filter],
      queryFn: ({ signal, pageParam }: PageContext) =>
        api.call(getAudit, { query: { ...filter, before: pageParam, limit: PAGE_SIZE }, signal }),
      initialPageParam: undefined,
      getNextPageParam: ({ entries }) => (entries.length < PAGE_SIZE ? undefined : entries.at(-1)?.id),
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
};
