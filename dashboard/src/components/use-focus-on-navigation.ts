import { type Accessor, createEffect, on, onCleanup } from "solid-js";

/** A page that takes longer than this to show its heading keeps the focus where it is. */
const PATIENCE_MILLISECONDS = 10_000;

/** Runs once the page has a heading, unless somebody has moved the focus into the page by then. */
function whenHeadingShows(main: HTMLElement, run: (heading: HTMLElement) => void): () => void {
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    main.removeEventListener("focusin", stop);
  };
  const look = () => {
    const heading = main.querySelector("h1");
    if (!heading) return;
    stop();
    run(heading);
  };
  const observer = new MutationObserver(look);
  const timer = setTimeout(stop, PATIENCE_MILLISECONDS);
  main.addEventListener("focusin", stop);
  observer.observe(main, { childList: true, subtree: true });
  look();
  return stop;
}

/**
 * Moves the focus to the new page's heading, which screen readers then read out: without it they would hear nothing of
 * the change, and the tab order would begin anew.
 */
export function useFocusOnNavigation(path: Accessor<string>, main: Accessor<HTMLElement | undefined>): void {
  createEffect(
    on(
      path,
      () => {
        const page = main();
        if (!page || (page !== document.activeElement && page.contains(document.activeElement))) return;
        onCleanup(
          whenHeadingShows(page, (heading) => {
            heading.tabIndex = -1;
            heading.focus({ preventScroll: true });
          }),
        );
      },
      { defer: true },
    ),
  );
}
