import { createMemo, For } from "solid-js";
import type { ConfigValue } from "#model/config/ai-config.ts";
import type { ExperimentKind } from "#model/experiment/experiment.ts";
import { findConfigDifferences } from "#reporter/config-differences.ts";
import "./variant-value.css";

/** What a version holds, to be read beside the one that is edited; the part that is compared comes first. */
export function VariantValue(props: { value: ConfigValue; part: ExperimentKind }) {
  const fields = createMemo(() => {
    const all = findConfigDifferences({}, props.value);
    const isCompared = (field: string) =>
      field.startsWith(props.part) || (props.part === "prompt" && field.startsWith("messages"));
    return [
      ...all.filter(({ field }) => isCompared(field)),
      ...all.filter(({ field }) => !isCompared(field)),
    ];
  });
  return (
    <dl class="variant-value">
      <For each={fields()}>
        {(field) => (
          <div>
            <dt>
              <code>{field.field}</code>
            </dt>
            <dd tabindex={field.isText ? "0" : undefined}>{field.after}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
