import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";

const PAUSE_MILLISECONDS = 350;

/** A value that follows another one once it has been left alone for a moment: for asking while somebody types. */
export function debounced<Value>(source: Accessor<Value>): Accessor<Value> {
  const [settled, setSettled] = createSignal<Value>(source());
  createEffect(
    on(
      source,
      (value) => {
        const timer = setTimeout(() => setSettled(() => value), PAUSE_MILLISECONDS);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
  return settled;
}
