import { useSearchParams } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import type { AiConfig, AiConfigVersion } from "#model/config/ai-config.ts";
import { ActorName } from "../audit/actor-name.tsx";
import { ConfigValueView } from "./config-value-view.tsx";
import "#dashboard/styles/foldable.css";
import "#dashboard/styles/data-table.css";
import "./versions-tab.css";

/** Every version, and what distinguishes any two of them: `?compare=2..5`. */
export function VersionsTab(props: {
  config: AiConfig;
  versions: readonly AiConfigVersion[];
  unavailable: string | undefined;
  onMakeLive: (version: number) => void;
  onWrite: (from: number) => void;
}) {
  return (
    <div class="stack">
      <Show when={props.versions.length > 1}>
        <Comparison config={props.config} versions={props.versions} />
      </Show>
      <div class="data-table-frame">
        <table class="data-table" data-stacks="">
          <caption class="visually-hidden">Versions, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Content</th>
              <th scope="col">Added</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.versions}>
              {(version) => (
                <VersionRow
                  version={version}
                  isLive={version.version === props.config.liveVersion}
                  unavailable={props.unavailable}
                  onMakeLive={props.onMakeLive}
                  onWrite={props.onWrite}
                />
              )}
            </For>
          </tbody>
        </table>
      </div>
    </div>
  );
}

function VersionRow(props: {
  version: AiConfigVersion;
  isLive: boolean;
  unavailable: string | undefined;
  onMakeLive: (version: number) => void;
  onWrite: (from: number) => void;
}) {
  const number = () => props.version.version;
  return (
    <tr>
      <th scope="row" class="version-number">
        <span class="cluster">
          <span class="number">Version {number()}</span>
          <Show when={props.isLive}>
            <Badge tone="better" icon="check">
              Live
            </Badge>
          </Show>
        </span>
      </th>
      <td class="version-content">
        <p class="version-note" dir="auto">
          {props.version.note || <span class="muted">No note</span>}
        </p>
        <details class="version-details foldable">
          <summary>
            <Icon name="expand" />
            Show version {number()} in full
          </summary>
          <ConfigValueView value={props.version.value} />
        </details>
      </td>
      <td class="version-added">
        <DateTime at={props.version.createdAt} /> by <ActorName actor={props.version.createdBy} />
      </td>
      <td class="version-actions">
        <span class="cluster">
          <Button
            kind="quiet"
            icon="pencil"
            aria-label={`Start a new version from version ${number()}`}
            unavailable={props.unavailable}
            onClick={() => props.onWrite(number())}
          >
            Start from this
          </Button>
          <Show when={!props.isLive}>
            <Button
              aria-label={`Make version ${number()} live`}
              unavailable={props.unavailable}
              onClick={() => props.onMakeLive(number())}
            >
              Make live
            </Button>
          </Show>
        </span>
      </td>
    </tr>
  );
}

/** Reads `2..5`; anything else compares the live version with the newest other one. */
function readPair(text: string | undefined, config: AiConfig, versions: readonly AiConfigVersion[]) {
  const [, before, after] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text ?? "") ?? [];
  const has = (version: number) => versions.some((entry) => entry.version === version);
  if (before !== undefined && after !== undefined && has(Number(before)) && has(Number(after))) {
    return { before: Number(before), after: Number(after) };
  }
  const other = versions.find(({ version }) => version !== config.liveVersion);
  return { before: config.liveVersion, after: other?.version ?? config.liveVersion };
}

function Comparison(props: { config: AiConfig; versions: readonly AiConfigVersion[] }) {
  const [parameters, setParameters] = useSearchParams<{ compare?: string }>();
  const pair = createMemo(() => readPair(parameters.compare, props.config, props.versions));
  const contentOf = (version: number) => props.versions.find((entry) => entry.version === version)?.value;
  const options = createMemo(() =>
    props.versions.map(({ version, note }) => ({
      value: String(version),
      label: version === props.config.liveVersion ? `Version ${version}, live` : `Version ${version}`,
      ...(note !== "" && { detail: note.length > 120 ? `${note.slice(0, 120)}…` : note }),
    })),
  );
  const compare = (before: number | string, after: number | string) =>
    setParameters({ tab: "versions", compare: `${before}..${after}` });
  return (
    <Panel title="Compare two versions">
      <div class="stack">
        <div class="compare-choices">
          <Select
            label="From"
            options={options()}
            value={String(pair().before)}
            onChange={(version) => compare(version, pair().after)}
          />
          <Select
            label="To"
            options={options()}
            value={String(pair().after)}
            onChange={(version) => compare(pair().before, version)}
          />
          <Button kind="quiet" onClick={() => compare(pair().after, pair().before)}>
            Swap
          </Button>
        </div>
        <ConfigValueDiff
          before={contentOf(pair().before) ?? {}}
          after={contentOf(pair().after) ?? {}}
          beforeLabel={`Version ${pair().before}`}
          afterLabel={`Version ${pair().after}`}
        />
      </div>
    </Panel>
  );
}
