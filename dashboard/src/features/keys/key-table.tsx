import { For, Show } from "solid-js";
import { scopeWords } from "#dashboard/format/scope-words.ts";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import type { ApiKey } from "#model/key/api-key.ts";
import { ActorName } from "../audit/actor-name.tsx";
import { KeyBoundsWords } from "./key-bounds.tsx";
import "./keys-page.css";
import "#dashboard/styles/data-table.css";
import "./key-table.css";

/** Every key that was ever created, with what it may do. */
export function KeyTable(props: {
  keys: readonly ApiKey[];
  unavailable: string | undefined;
  onRevoke: (key: ApiKey) => void;
  onQuarantine: (key: ApiKey) => void;
}) {
  return (
    <div class="data-table-frame">
      <table class="data-table" data-stacks="">
        <caption class="visually-hidden">API keys</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Scope</th>
            <th scope="col">Created</th>
            <th scope="col">Status</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.keys}>
            {(key) => (
              <tr class="key-row" data-revoked={key.revokedAt === null ? undefined : ""}>
                <th scope="row" class="key-name">
                  <bdi>{key.name}</bdi>
                </th>
                <td>
                  {scopeWords[key.scope].name}
                  <p class="key-scope-purpose">{scopeWords[key.scope].purpose}</p>
                  <KeyBoundsWords apiKey={key} />
                </td>
                <td>
                  <DateTime at={key.createdAt} /> by <ActorName actor={key.createdBy} />
                </td>
                <td>
                  <Show when={key.revokedAt} fallback={<Badge tone="better">Active</Badge>}>
                    {(at) => (
                      <>
                        <Badge tone="neutral">Revoked</Badge> <DateTime at={at()} />
                      </>
                    )}
                  </Show>
                  <Show when={key.lastUsedAt}>
                    {(at) => (
                      <p class="key-scope-purpose">
                        Last used <DateTime at={at()} />
                      </p>
                    )}
                  </Show>
                  <Show when={key.quarantinedFrom}>
                    {(from) => (
                      <p class="key-scope-purpose">
                        Quarantined: data from <DateTime at={from()} /> on is not used.
                      </p>
                    )}
                  </Show>
                </td>
                <td class="key-action">
                  <Show when={key.scope !== "read" && key.quarantinedFrom === null}>
                    <Button
                      icon="shield"
                      aria-label={`Quarantine ${key.name}`}
                      unavailable={props.unavailable}
                      onClick={() => props.onQuarantine(key)}
                    >
                      Quarantine
                    </Button>
                  </Show>
                  <Show when={key.revokedAt === null}>
                    <Button
                      icon="trash"
                      aria-label={`Revoke ${key.name}`}
                      unavailable={props.unavailable}
                      onClick={() => props.onRevoke(key)}
                    >
                      Revoke
                    </Button>
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
