import { useQuery } from "@tanstack/solid-query";
import { createMemo, For, Match, Show, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { auditQueries } from "#dashboard/data/audit.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { describeAudit, experimentBehind, versionMadeLive } from "#dashboard/format/audit-words.ts";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { LinkButton } from "#dashboard/ui/link-button.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { AiConfig } from "#model/config/ai-config.ts";
import { ActorName } from "../audit/actor-name.tsx";
import { AuditSubject } from "../audit/audit-subject.tsx";
import "./config-history.css";

/** Who made what live, when and why, people and experiments alike; and the way back. */
export function ConfigHistory(props: {
  config: AiConfig;
  unavailable: string | undefined;
  onMakeLive: (version: number) => void;
}) {
  const subject = () => `config:${props.config.key}`;
  const query = useQuery(() => auditQueries.newest(subject()));
  const entries = createMemo(() => loadedData(query)?.entries ?? []);
  return (
    <Panel
      title="History, newest first"
      aside={
        <LinkButton
          icon="list"
          href={`${routes.audit.path()}?${new URLSearchParams({ subject: subject() })}`}
        >
          View in audit log
        </LinkButton>
      }
    >
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label="Loading the history" rows={3} height="row" />
        </Match>
        <Match when={loadedData(query) === undefined && query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={true}>
          <ol class="history">
            <For each={entries()}>
              {(entry) => (
                <li class="history-entry" data-live={versionMadeLive(entry) === undefined ? undefined : ""}>
                  <div class="history-text">
                    <p class="history-title">{describeAudit(entry)}</p>
                    <p class="muted history-by">
                      <DateTime at={entry.at} /> by <ActorName actor={entry.actor} />
                      <Show when={experimentBehind(entry)}>
                        {(experiment) => (
                          <>
                            {" "}
                            · <AuditSubject subject={`experiment:${experiment()}`} />
                          </>
                        )}
                      </Show>
                    </p>
                    <Show when={entry.reason}>
                      <p class="history-reason" dir="auto">
                        {entry.reason}
                      </p>
                    </Show>
                  </div>
                  <Show when={versionMadeLive(entry)}>
                    {(version) => (
                      <Show
                        when={version() !== props.config.liveVersion}
                        fallback={<Badge tone="better">Version {version()} is live</Badge>}
                      >
                        <Button
                          icon="undo"
                          unavailable={props.unavailable}
                          onClick={() => props.onMakeLive(version())}
                        >
                          Go back to version {version()}
                        </Button>
                      </Show>
                    )}
                  </Show>
                </li>
              )}
            </For>
          </ol>
        </Match>
      </Switch>
    </Panel>
  );
}
