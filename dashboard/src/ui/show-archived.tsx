import { Show } from "solid-js";
import "#dashboard/styles/field.css";

/** Shows what is archived in a list too; nothing where nothing is. */
export function ShowArchived(props: {
  /** How many are archived. */
  count: number;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  return (
    <Show when={props.count > 0}>
      <label class="choice">
        <input
          type="checkbox"
          checked={props.value}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <span>Show archived ({props.count})</span>
      </label>
    </Show>
  );
}
