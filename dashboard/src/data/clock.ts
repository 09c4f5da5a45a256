import { type Accessor, createSignal, onCleanup } from "solid-js";

const TICK_MILLISECONDS = 1_000;

/** The current time in epoch milliseconds, moving every second for as long as the caller is on screen. */
export function useClock(): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), TICK_MILLISECONDS);
  onCleanup(() => clearInterval(timer));
  return now;
}
