import { Show } from "solid-js";
import { Button } from "#dashboard/ui/button.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { useResultsView } from "./results-view.ts";
import "./results-toolbar.css";

/** Fewer metrics than these are all in view. */
const MANY = 6;

/** Which metrics are shown, and how. */
export function ResultsToolbar(props: { state: ReturnType<typeof useResultsView>; total: number }) {
  return (
    <>
      <div class="results-toolbar">
        <Segmented
          label="Show metrics as"
          labelHidden
          options={[
            { value: "cards", label: "Cards" },
            { value: "table", label: "Table" },
          ]}
          value={props.state.view()}
          onChange={props.state.chooseView}
        />
        <Show when={props.total > MANY || props.state.find() !== ""}>
          <TextField
            label="Find a metric"
            labelHidden
            placeholder="Find a metric…"
            value={props.state.find()}
            onChange={props.state.setFind}
          />
        </Show>
      </div>
      <Show when={props.state.matchingMetrics().length === 0}>
        <div class="results-none">
          <p>No metrics match “{props.state.find()}”.</p>
          <Button kind="quiet" onClick={() => props.state.setFind("")}>
            Show all {props.total} metrics
          </Button>
        </div>
      </Show>
    </>
  );
}
