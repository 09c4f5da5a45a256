import { Tooltip } from "@kobalte/core/tooltip";
import { type JSX, Show } from "solid-js";
import "./exact.css";

/** A number in short form; on hover or focus the exact one, and how it was computed. */
export function Exact(props: { exact: string; method?: string | undefined; children: JSX.Element }) {
  return (
    <Tooltip gutter={6} openDelay={250} closeDelay={0}>
      <Tooltip.Trigger as="span" class="exact" tabindex="0">
        {props.children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content class="tooltip">
          <span class="number tooltip-exact">{props.exact}</span>
          <Show when={props.method}>
            <span class="tooltip-method">{props.method}</span>
          </Show>
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip>
  );
}
