import { createMemo, For, Show } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import { TextDiff } from "#dashboard/ui/text-diff.tsx";
import type { ConfigValue } from "#model/config/ai-config.ts";
import { type ConfigDifference, findConfigDifferences } from "#reporter/config-differences.ts";
import "./config-value-diff.css";

function Setting(props: { text: string | null; label: string }) {
  return (
    <span class="config-diff-setting">
      <span class="visually-hidden">{props.label}: </span>
      <Show when={props.text !== null} fallback={<span class="muted">not set</span>}>
        {props.text}
      </Show>
    </span>
  );
}

function Difference(props: { difference: ConfigDifference; beforeLabel: string; afterLabel: string }) {
  return (
    <Show
      when={props.difference.isText && props.difference.before !== null && props.difference.after !== null}
      fallback={
        <p class="config-diff-settings">
          <del>
            <Setting text={props.difference.before} label={props.beforeLabel} />
          </del>
          <Icon name="right" />
          <ins>
            <Setting text={props.difference.after} label={props.afterLabel} />
          </ins>
        </p>
      }
    >
      <TextDiff
        before={props.difference.before ?? ""}
        after={props.difference.after ?? ""}
        label={`${props.difference.field}: from ${props.beforeLabel} to ${props.afterLabel}`}
      />
    </Show>
  );
}

/** What distinguishes two versions of an AI config: settings one by one, texts word by word. */
export function ConfigValueDiff(props: {
  before: ConfigValue;
  after: ConfigValue;
  beforeLabel: string;
  afterLabel: string;
}) {
  const differences = createMemo(() => findConfigDifferences(props.before, props.after));
  return (
    <div class="config-diff">
      <p class="config-diff-legend">
        <del>{props.beforeLabel}</del>
        <Icon name="right" />
        <ins>{props.afterLabel}</ins>
      </p>
      <Show when={differences().length > 0} fallback={<p class="muted">No differences.</p>}>
        <dl class="config-diff-list">
          <For each={differences()}>
            {(difference) => (
              <div class="config-diff-row">
                <dt>
                  <code>{difference.field}</code>
                </dt>
                <dd>
                  <Difference
                    difference={difference}
                    beforeLabel={props.beforeLabel}
                    afterLabel={props.afterLabel}
                  />
                </dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
    </div>
  );
}
