import { useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, Match, Show, Switch } from "solid-js";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { useKeys } from "#dashboard/data/keys.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { sessionQueries, useCanEdit, useEditRefusal } from "#dashboard/data/session.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { LoadedList } from "#dashboard/ui/loaded-list.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { ApiKey } from "#model/key/api-key.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyTable } from "./key-table.tsx";
import { QuarantineKeyDialog } from "./quarantine-key-dialog.tsx";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";
import "#dashboard/styles/page-header.css";
import "./keys-page.css";

/** Who may talk to the API: create and revoke keys. */
export default function KeysPage() {
  const session = useQuery(() => sessionQueries.current());
  const canEdit = useCanEdit();
  const query = useKeys();
  const [creating, setCreating] = createSignal(false);
  const [revoking, setRevoking] = createSignal<ApiKey>();
  const [quarantining, setQuarantining] = createSignal<ApiKey>();
  const keys = () => (loadedData(query)?.keys ?? []).toSorted(byUseThenAge);
  const unavailable = useEditRefusal();
  createEffect(() => {
    document.title = "API keys · Bakeoff";
  });
  useCommands([
    {
      id: "keys.create",
      title: "Create an API key",
      group: "This page",
      run: () => setCreating(canEdit()),
    },
  ]);
  return (
    <>
      <PageHeader title="API keys">
        <span class="header-actions">
          <Button kind="primary" icon="plus" unavailable={unavailable()} onClick={() => setCreating(true)}>
            New key
          </Button>
        </span>
      </PageHeader>
      <div class="stack">
        <Switch>
          <Match when={session.data && !canEdit()}>
            <Notice icon="key" tone="neutral" title="Only admins can see API keys">
              <p>Your key is read-only. Sign in with an admin key to see API keys.</p>
            </Notice>
          </Match>
          <Match when={true}>
            <LoadedList
              query={query}
              loading="Loading keys"
              isEmpty={keys().length === 0}
              empty={
                <Notice icon="key" tone="neutral" title="No keys yet">
                  <p>
                    Only the admin key of this installation exists. Create a separate key for each app and
                    each person, so that you can revoke one without affecting the others.
                  </p>
                </Notice>
              }
            >
              <KeyTable
                keys={keys()}
                unavailable={unavailable()}
                onRevoke={setRevoking}
                onQuarantine={setQuarantining}
              />
            </LoadedList>
          </Match>
        </Switch>
        <AdminSecretPanel />
      </div>
      <Show when={creating()}>
        <CreateKeyDialog onClose={() => setCreating(false)} />
      </Show>
      <Show when={revoking()}>
        {(key) => <RevokeKeyDialog apiKey={key()} onClose={() => setRevoking(undefined)} />}
      </Show>
      <Show when={quarantining()}>
        {(key) => <QuarantineKeyDialog apiKey={key()} onClose={() => setQuarantining(undefined)} />}
      </Show>
    </>
  );
}

/** Keys in use first, the newest of them on top. */
function byUseThenAge(a: ApiKey, b: ApiKey): number {
  const revoked = (key: ApiKey) => (key.revokedAt === null ? 0 : 1);
  return revoked(a) - revoked(b) || b.createdAt - a.createdAt;
}

/** The one key that is in no list. */
function AdminSecretPanel() {
  return (
    <Panel title="Admin key of this installation">
      <div class="key-explanation">
        <p>
          The secret <code>BAKEOFF_ADMIN_KEY</code> that the Worker was deployed with is not listed here. It
          has scope admin and cannot be revoked here. The audit log shows it as <code>key:admin</code>.
        </p>
        <p>
          To replace it, set a new one with <code>wrangler secret put BAKEOFF_ADMIN_KEY</code>. Use it to
          create keys, then keep it in your password manager.
        </p>
      </div>
    </Panel>
  );
}
