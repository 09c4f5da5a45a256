import { Tooltip } from "@kobalte/core/tooltip";
import { createSignal, createUniqueId, type JSX, onCleanup, Show } from "solid-js";
import "./exact.css";

const OPEN_DELAY_MILLISECONDS = 250;

/** Long enough for the pointer to reach the tooltip, which stays while the pointer is on it. */
const CLOSE_DELAY_MILLISECONDS = 120;

/**
 * A number in short form; on hover or focus the exact one, and how it was computed. A page may hold hundreds: a tooltip
 * exists only while it shows.
 */
export function Exact(props: { exact: string; method?: string | undefined; children: JSX.Element }) {
  const id = createUniqueId();
  const [open, setOpen] = createSignal(false);
  let anchor: HTMLSpanElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const openAfter = (open: boolean, delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => setOpen(open), delay);
  };
  onCleanup(() => clearTimeout(timer));
  const handlers = {
    onPointerEnter: () => openAfter(true, OPEN_DELAY_MILLISECONDS),
    onPointerLeave: () => openAfter(false, CLOSE_DELAY_MILLISECONDS),
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hovering and focusing only show more */}
      <span
        {...handlers}
        class="exact"
        tabindex="0"
        ref={anchor}
        aria-describedby={open() ? id : undefined}
        onFocus={() => openAfter(true, 0)}
        onBlur={() => openAfter(false, 0)}
      >
        {props.children}
      </span>
      <Show when={open()}>
        <Tooltip
          open
          onOpenChange={(isOpen) => !isOpen && setOpen(false)}
          gutter={6}
          getAnchorRect={() => anchor?.getBoundingClientRect()}
        >
          <Tooltip.Portal>
            <Tooltip.Content
              class="tooltip"
              id={id}
              onPointerEnter={() => clearTimeout(timer)}
              onPointerLeave={() => openAfter(false, CLOSE_DELAY_MILLISECONDS)}
            >
              <span class="number tooltip-exact">{props.exact}</span>
              <Show when={props.method}>
                <span class="tooltip-method">{props.method}</span>
              </Show>
            </Tooltip.Content>
          </Tooltip.Portal>
        </Tooltip>
      </Show>
    </>
  );
}
