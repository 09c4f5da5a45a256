import { useBeforeLeave } from "@solidjs/router";
import { type Accessor, createEffect, on, onCleanup } from "solid-js";

/** A page that takes longer than this to show its heading keeps the focus where it is. */
const PATIENCE_MILLISECONDS = 10_000;

interface Heading {
  element: HTMLElement | null;
  text: string | null;
}

function headingOf(main: HTMLElement | undefined): Heading {
  const element = main?.querySelector("h1") ?? null;
  return { element, text: element?.textContent ?? null };
}

/** Runs once the page has another heading than the one left, unless somebody has moved the focus into it by then. */
function whenHeadingShows(main: HTMLElement, left: Heading, run: (heading: HTMLElement) => void): () => void {
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    main.removeEventListener("focusin", stop);
  };
  const look = () => {
    const { element, text } = headingOf(main);
    if (!element || (element === left.element && text === left.text)) return;
    stop();
    run(element);
  };
  const observer = new MutationObserver(look);
  const timer = setTimeout(stop, PATIENCE_MILLISECONDS);
  main.addEventListener("focusin", stop);
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
        onCleanup(
          whenHeadingShows(page, left, (heading) => {
            heading.tabIndex = -1;
            heading.focus({ preventScroll: true });
          }),
        );
      },
      { defer: true },
    ),
  );
}
