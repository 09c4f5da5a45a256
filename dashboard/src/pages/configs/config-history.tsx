import { createMemo, For, Match, Show, Switch } from "solid-js";
import type { AiConfig } from "../../../../src/model/ai-config.ts";
import { ActorName } from "../../components/actor-name.tsx";
import { AuditSubject } from "../../components/audit-subject.tsx";
import { Badge } from "../../components/badge.tsx";
import { DateTime } from "../../components/date-time.tsx";
import { LinkButton } from "../../components/link-button.tsx";
import { Panel } from "../../components/panel.tsx";
import { QueryError } from "../../components/query-error.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { Button } from "../../components/ui/button.tsx";
import { dataOf } from "../../data/data-of.ts";
import { useAudit } from "../../data/queries/catalogue.ts";
import { describeAudit, experimentBehind, versionMadeLive } from "../../format/audit-words.ts";
import { routes } from "../../routes.ts";

/** Who made what live, when and why, people and experiments alike; and the way back. */
export function ConfigHistory(props: {
  config: AiConfig;
  unavailable: string | undefined;
  onMakeLive: (version: number) => void;
}) {
  const subject = () => `config:${props.config.key}`;
  const query = useAudit(subject, () => undefined);
  const entries = createMemo(() => dataOf(query)?.entries ?? []);
  return (
    <Panel
      title="What happened to it, newest first"
      aside={
        <LinkButton
          icon="list"
          href={`${routes.audit.path()}?${new URLSearchParams({ subject: subject() })}`}
        >
          All of it in the audit
        </LinkButton>
      }
    >
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label="Loading the history" rows={3} height="row" />
        </Match>
        <Match when={dataOf(query) === undefined && query.error}>
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
