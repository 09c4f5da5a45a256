import { createEffect, createSignal, on, onCleanup } from "solid-js";
import "./marked-value.css";

/** Long enough to catch the eye, over before the next poll. */
const MARKED_MILLISECONDS = 2_500;

/** A number that is marked for a moment when a poll has changed it. */
export function MarkedValue(props: { text: string }) {
  const [isMarked, setMarked] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(
      () => props.text,
      () => {
        clearTimeout(timer);
        setMarked(true);
        timer = setTimeout(() => setMarked(false), MARKED_MILLISECONDS);
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return (
    <span class="marked-value number" data-changed={isMarked() ? "" : undefined}>
      {props.text}
    </span>
  );
}
