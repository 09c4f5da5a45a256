import { useBeforeLeave } from "@solidjs/router";
import { type Accessor, createEffect, on, onCleanup } from "solid-js";

/** A page that takes longer than this to show its heading keeps the focus where it is. */
const FOCUS_TIMEOUT_MILLISECONDS = 10_000;

interface Heading {
  element: HTMLElement | null;
  text: string | null;
}

function headingOf(main: HTMLElement | undefined): Heading {
  const element = main?.querySelector("h1") ?? null;
  return { element, text: element?.textContent ?? null };
}

/**
 * Focuses the page's heading once it is another than the one left, and again when the page was taken off the screen for a
 * moment, which loses the focus. Gives up as soon as somebody moves the focus.
 */
function focusHeading(main: HTMLElement, left: Heading): () => void {
  let focused: HTMLElement | undefined;
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    document.removeEventListener("focusin", onFocusIn);
  };
  const onFocusIn = ({ target }: FocusEvent) => {
    if (target !== focused) stop();
  };
  const look = () => {
    const { element, text } = headingOf(main);
    if (!element || (element === left.element && text === left.text)) return;
    if (focused && document.activeElement !== document.body) return;
    focused = element;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(look);
  const timer = setTimeout(stop, FOCUS_TIMEOUT_MILLISECONDS);
  document.addEventListener("focusin", onFocusIn);
  observer.observe(main, { childList: true, subtree: true, characterData: true });
  look();
  return stop;
}

/**
 * Moves the focus to the new page's heading, which screen readers then read out: without it they would hear nothing of
 * the change, and the tab order would begin anew.
 */
export function useFocusOnNavigation(path: Accessor<string>, main: Accessor<HTMLElement | undefined>): void {
  let left: Heading = { element: null, text: null };
  useBeforeLeave(() => {
    left = headingOf(main());
  });
  createEffect(
    on(
      path,
      () => {
        const page = main();
        if (!page) return;
        onCleanup(focusHeading(page, left));
      },
      { defer: true },
    ),
  );
}
