import { useSearchParams } from "@solidjs/router";
import { useInfiniteQuery } from "@tanstack/solid-query";
import { createEffect, createMemo, For, Match, Show, Switch } from "solid-js";
import type { AuditEntry } from "#contract/audit.ts";
import { auditQueries } from "#dashboard/data/audit.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { formatDay } from "#dashboard/format/time.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { formatCount } from "#reporter/numbers.ts";
import { AuditFilters, type AuditParameters } from "./audit-filters.tsx";
import { AuditLine } from "./audit-line.tsx";
import "#dashboard/styles/page-header.css";
import "./audit-page.css";

/** Entries of one day, newest first. */
interface Day {
  title: string;
  entries: AuditEntry[];
}

function byDay(entries: readonly AuditEntry[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const title = formatDay(entry.at);
    const last = days.at(-1);
    if (last?.title === title) last.entries.push(entry);
    else days.push({ title, entries: [entry] });
  }
  return days;
}

/** Who did what, when and why: people, keys, the schedule and the guardrails. */
export default function AuditPage() {
  const [parameters, setParameters] = useSearchParams<AuditParameters>();
  const narrowing = () => ({
    subject: parameters.subject,
    actor: parameters.actor,
    action: parameters.action,
  });
  const query = useInfiniteQuery(() => auditQueries.pages(narrowing()));
  const entries = createMemo(() => loadedData(query)?.pages.flatMap((page) => page.entries) ?? []);
  const isNarrowed = () => Object.values(narrowing()).some((value) => value !== undefined);
  createEffect(() => {
    document.title = "Audit log · Bakeoff";
  });
  return (
    <>
      <PageHeader title="Audit log" />
      <p class="page-lead">
        Every change, with who made it, when and why. Includes automatic changes by scheduled analyses and
        guardrails. Entries are never deleted.
      </p>
      <div class="stack">
        <AuditFilters
          parameters={parameters}
          onChange={(changed) => setParameters(changed)}
          entries={entries()}
        />
        <Switch>
          <Match when={query.isPending}>
            <Skeleton label="Loading the audit log" rows={6} height="row" />
          </Match>
          <Match when={loadedData(query) === undefined && query.error}>
            {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
          </Match>
          <Match when={true}>
            <Show when={entries().length > 0} fallback={<NothingFound isNarrowed={isNarrowed()} />}>
              <For each={byDay(entries())}>
                {(day) => (
                  <section class="audit-day">
                    <h2>{day.title}</h2>
                    <ol class="audit-lines">
                      <For each={day.entries}>{(entry) => <AuditLine entry={entry} />}</For>
                    </ol>
                  </section>
                )}
              </For>
            </Show>
            <div class="audit-more">
              <p class="muted" role="status">
                {countEntries(entries().length)}
                <Show when={query.hasNextPage && entries().at(-1)}>
                  {(entry) => <>, back to {formatDay(entry().at)}</>}
                </Show>
              </p>
              <Show when={query.hasNextPage}>
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Show older entries
                </Button>
              </Show>
            </div>
          </Match>
        </Switch>
      </div>
    </>
  );
}

function countEntries(count: number): string {
  return count === 1 ? "1 entry" : `${formatCount(count)} entries`;
}

function NothingFound(props: { isNarrowed: boolean }) {
  return (
    <Show
      when={props.isNarrowed}
      fallback={
        <Notice icon="list" tone="neutral" title="No entries yet">
          <p>Changes to AI configs, experiments, metrics and keys are listed here.</p>
        </Notice>
      }
    >
      <Notice icon="list" tone="neutral" title="No matching entries">
        <p>Change or clear the filters.</p>
      </Notice>
    </Show>
  );
}
