import { Match, Show, Switch } from "solid-js";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { Badge } from "#dashboard/ui/badge.tsx";
import type { ConfigValue } from "#model/config/ai-config.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { ConfigValueView } from "./config-value-view.tsx";
import "./variant-card.css";

/** One variant: control's version as it is, a treatment's as what it changes. */
export function VariantCard(props: {
  variant: ExperimentSpec["variants"][number];
  isControl: boolean;
  isLive: boolean;
  value: ConfigValue | undefined;
  controlVersion: number;
  controlValue: ConfigValue | undefined;
}) {
  const levels = () =>
    Object.entries(props.variant.levels ?? {})
      .map(([factor, level]) => `${factor}: ${level}`)
      .join(", ");
  return (
    <li class="setup-variant">
      <header class="setup-variant-header">
        <h3>{props.variant.key}</h3>
        <span class="setup-variant-version">version {props.variant.version}</span>
        <Show when={props.isControl}>
          <Badge tone="neutral">Control</Badge>
        </Show>
        <Show when={props.isLive}>
          <Badge tone="accent" title="Served outside the experiment.">
            Live
          </Badge>
        </Show>
      </header>
      <Show when={props.variant.name}>
        <p class="setup-detail" dir="auto">
          {props.variant.name}
        </p>
      </Show>
      <Show when={levels()}>
        <p class="setup-detail">{levels()}</p>
      </Show>
      <Switch fallback={<p class="muted">Version not found.</p>}>
        <Match when={props.isControl && props.value}>{(value) => <ConfigValueView value={value()} />}</Match>
        <Match when={props.controlValue && props.value}>
          {(value) => (
            <ConfigValueDiff
              before={props.controlValue ?? {}}
              after={value()}
              beforeLabel={`version ${props.controlVersion}`}
              afterLabel={`version ${props.variant.version}`}
            />
          )}
        </Match>
      </Switch>
    </li>
  );
}
