import { createEffect, type JSX, onMount, untrack } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import "./config-value-editor.css";
import "./config-section.css";

/** One foldable part of a config value. It opens by itself when something inside is wrong. */
export function ConfigSection(props: {
  title: string;
  /** What is inside while it is folded. */
  summary: string;
  open: boolean;
  hasIssues: boolean;
  /** Puts the cursor into its first field when it appears. */
  takesFocus: boolean;
  children: JSX.Element;
}) {
  let details: HTMLDetailsElement | undefined;
  onMount(() => {
    if (props.takesFocus) details?.querySelector<HTMLElement>("input:not([type=radio]), textarea")?.focus();
  });
  createEffect(() => {
    if (props.hasIssues && details) details.open = true;
  });
  return (
    <details class="config-section" ref={details} open={untrack(() => props.open)}>
      <summary>
        <Icon name="expand" />
        <span class="config-section-title">{props.title}</span>
        <span class="config-section-summary">{props.summary}</span>
      </summary>
      <div class="config-section-body">{props.children}</div>
    </details>
  );
}
