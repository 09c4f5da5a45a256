import { createSignal, createUniqueId, type JSX } from "solid-js";
import "./hint.css";

/** Room kept to the edge of the screen. */
const GAP = 16;

/**
 * Words with an explanation on hover and focus, for pages that must load without the heavier tooltip. Escape hides it;
 * the pointer may rest on it.
 */
export function Hint(props: { explanation: string; children: JSX.Element }) {
  const id = createUniqueId();
  const [isDismissed, setDismissed] = createSignal(false);
  const [shift, setShift] = createSignal(0);
  let bubble: HTMLSpanElement | undefined;
  const place = () => {
    setDismissed(false);
    setShift(0);
    const right = bubble?.getBoundingClientRect().right ?? 0;
    setShift(Math.min(0, document.documentElement.clientWidth - GAP - right));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it reveals something and does nothing
    <span
      class="hint"
      tabindex="0"
      aria-describedby={id}
      data-dismissed={isDismissed() ? "" : undefined}
      onPointerEnter={place}
      onFocus={place}
      onKeyDown={(event) => event.key === "Escape" && setDismissed(true)}
    >
      <span class="hint-word">{props.children}</span>
      <span
        class="hint-bubble"
        role="tooltip"
        id={id}
        ref={bubble}
        style={{ "--hint-shift": `${shift()}px` }}
      >
        {props.explanation}
      </span>
    </span>
  );
}
