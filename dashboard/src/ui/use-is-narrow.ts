import { type Accessor, createSignal, onCleanup } from "solid-js";

/** Shared with metric-card.css: below this width a plot lies under its table instead of beside it. */
const NARROW = "(max-width: 1080px)";

/** True where there is no room for a plot beside its table. */
export function useIsNarrow(): Accessor<boolean> {
  const query = window.matchMedia(NARROW);
  const [narrow, setNarrow] = createSignal(query.matches);
  const update = () => setNarrow(query.matches);
  query.addEventListener("change", update);
  onCleanup(() => query.removeEventListener("change", update));
  return narrow;
}
