import { diffWordsWithSpace } from "diff";
import { createMemo, For } from "solid-js";
import "./text-diff.css";

/** Two texts in one: what went is struck through, what came is underlined; signs and color both say so. */
export function TextDiff(props: { before: string; after: string; label: string }) {
  const parts = createMemo(() => diffWordsWithSpace(props.before, props.after));
  return (
    <section class="text-diff" aria-label={props.label} tabindex="0">
      <For each={parts()}>
        {(part) =>
          part.added ? (
            <ins>{part.value}</ins>
          ) : part.removed ? (
            <del>{part.value}</del>
          ) : (
            <span>{part.value}</span>
          )
        }
      </For>
    </section>
  );
}
