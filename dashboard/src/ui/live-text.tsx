import { createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import "./live-text.css";

const SHOWN_MILLISECONDS = 2_500;

/** A number that says so for a moment when it changes by itself. */
export function LiveText(props: { text: string }) {
  const [changed, setChanged] = createSignal(false);
  const text = createMemo(() => props.text);
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(
      text,
      () => {
        setChanged(true);
        clearTimeout(timer);
        timer = setTimeout(() => setChanged(false), SHOWN_MILLISECONDS);
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return (
    <span class="live-text" data-changed={changed() ? "" : undefined}>
      {text()}
    </span>
  );
}
