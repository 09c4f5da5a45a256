import { For } from "solid-js";
import type { ConfigValue } from "#model/config/ai-config.ts";
import { findConfigDifferences } from "#reporter/config-differences.ts";
import "./setup-tab.css";
import "./config-value-view.css";

/** Everything a version holds, field by field. */
export function ConfigValueView(props: { value: ConfigValue }) {
  return (
    <dl class="setup-value">
      <For each={findConfigDifferences({}, props.value)}>
        {({ field, after }) => (
          <div>
            <dt>
              <code>{field}</code>
            </dt>
            <dd dir="auto">{after}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
