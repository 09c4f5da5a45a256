import { useNavigate, useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createMemo, createSignal, Show } from "solid-js";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { routes } from "#dashboard/app/routes.ts";
import { useArchiveConfig, useDeleteConfig } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { useCanEdit, useEditRefusal } from "#dashboard/data/session.ts";
import { ArchiveMenu } from "#dashboard/ui/archive-menu.tsx";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import { LinkButton } from "#dashboard/ui/link-button.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { Tabs } from "#dashboard/ui/tabs.tsx";
import type { AiConfig, AiConfigVersion } from "#model/config/ai-config.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import { ConfigHistory } from "./config-history.tsx";
import { ConnectTab } from "./connect-tab.tsx";
import { EditConfigDialog } from "./edit-config-dialog.tsx";
import { LiveTab } from "./live-tab.tsx";
import { MakeLiveDialog } from "./make-live-dialog.tsx";
import { NewVersionEditor } from "./new-version-editor.tsx";
import { VersionsTab } from "./versions-tab.tsx";
import "#dashboard/styles/page-header.css";

const tabs = ["live", "versions", "history", "connect"] as const;
type TabName = (typeof tabs)[number];

/** The parts of an AI config's page. The address says which tab is open, what is compared, and what is being written. */
export function ConfigOverview(props: { config: AiConfig; versions: readonly AiConfigVersion[] }) {
  const canEdit = useCanEdit();
  const list = useQuery(() => experimentQueries.list());
  const [parameters, setParameters] = useSearchParams<{ tab?: string; from?: string; compare?: string }>();
  const archive = useArchiveConfig(() => props.config.key);
  const remove = useDeleteConfig();
  const navigate = useNavigate();
  const [editing, setEditing] = createSignal(false);
  const [versionToPublish, setVersionToPublish] = createSignal<number>();
  const experiments = createMemo(() =>
    (loadedData(list)?.experiments ?? []).filter(({ config }) => config === props.config.key),
  );
  const active = () => experiments().filter(({ status }) => isActive(status));
  const unavailable = useEditRefusal();
  const tab = (): TabName =>
    tabs.find((name) => name === parameters.tab) ?? (parameters.compare ? "versions" : "live");
  const startFrom = () => props.versions.find(({ version }) => String(version) === parameters.from);
  const write = (from: number) => setParameters({ from: String(from) });
  useCommands([
    {
      id: "config.new-version",
      title: "Create a new version",
      group: "This AI config",
      run: () => canEdit() && write(props.config.liveVersion),
    },
    ...tabs.map((name) => ({
      id: `config.${name}`,
      title: `Show ${name}`,
      group: "This AI config",
      run: () => setParameters({ tab: name, from: undefined }),
    })),
  ]);
  return (
    <>
      <PageHeader title={props.config.name}>
        <span class="cluster">
          <code class="muted">{props.config.key}</code>
          <CopyButton text={props.config.key} label="Copy key" />
          <Show when={props.config.archivedAt !== null}>
            <Badge tone="neutral">Archived</Badge>
          </Show>
        </span>
        <span class="header-actions">
          <Button icon="pencil" unavailable={unavailable()} onClick={() => setEditing(true)}>
            Edit
          </Button>
          <ArchiveMenu
            name={props.config.name}
            isArchived={props.config.archivedAt !== null}
            unavailable={unavailable()}
            inUse={active().length > 0 ? "An experiment or a release is active on it." : undefined}
            used={experiments().length > 0 ? "An experiment has used it." : undefined}
            deletion={
              <p>
                Its {plural(formatCount(props.versions.length), "version")} are deleted for good. Apps that
                ask for it get an error within five seconds, and fall back to their own default.
              </p>
            }
            onArchive={(archived) => archive.mutate(archived)}
            onDelete={() =>
              remove.mutate({ key: props.config.key, leave: () => navigate(routes.configs.path()) })
            }
          />
          <LinkButton
            icon="flask"
            href={`${routes.newExperiment.path()}?${new URLSearchParams({ config: props.config.key })}`}
          >
            New experiment
          </LinkButton>
          <Button
            kind="primary"
            icon="plus"
            unavailable={unavailable()}
            onClick={() => write(props.config.liveVersion)}
          >
            New version
          </Button>
        </span>
      </PageHeader>
      <Show when={props.config.description}>
        <p class="page-lead config-description" dir="auto">
          {props.config.description}
        </p>
      </Show>
      <Show
        when={startFrom()?.version}
        keyed
        fallback={
          <Tabs
            label="Sections of this AI config"
            value={tab()}
            onChange={(name) => setParameters({ tab: name, compare: undefined })}
            tabs={[
              {
                value: "live",
                label: "Live",
                content: () => (
                  <LiveTab config={props.config} versions={props.versions} experiments={experiments()} />
                ),
              },
              {
                value: "versions",
                label: "Versions",
                badge: <span class="muted number">{props.versions.length}</span>,
                content: () => (
                  <VersionsTab
                    config={props.config}
                    versions={props.versions}
                    unavailable={unavailable()}
                    onMakeLive={setVersionToPublish}
                    onWrite={write}
                  />
                ),
              },
              {
                value: "history",
                label: "History",
                content: () => (
                  <ConfigHistory
                    config={props.config}
                    unavailable={unavailable()}
                    onMakeLive={setVersionToPublish}
                  />
                ),
              },
              {
                value: "connect",
                label: "Use it in your app",
                content: () => <ConnectTab config={props.config} versions={props.versions} />,
              },
            ]}
          />
        }
      >
        {/* By its number: a version that somebody adds meanwhile must not throw away what is being written. */}
        {(_number) => (
          <Show when={startFrom()}>
            {(from) => (
              <NewVersionEditor
                config={props.config}
                from={from()}
                versions={props.versions}
                unavailable={unavailable()}
                onClose={(saved) =>
                  setParameters(
                    saved === undefined
                      ? { from: undefined }
                      : { from: undefined, tab: "versions", compare: `${from().version}..${saved}` },
                  )
                }
              />
            )}
          </Show>
        )}
      </Show>
      <Show when={editing()}>
        <EditConfigDialog config={props.config} onClose={() => setEditing(false)} />
      </Show>
      <Show when={versionToPublish()}>
        {(version) => (
          <MakeLiveDialog
            config={props.config}
            version={version()}
            versions={props.versions}
            active={active()}
            onClose={() => setVersionToPublish(undefined)}
          />
        )}
      </Show>
    </>
  );
}
