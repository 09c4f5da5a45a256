import { useBeforeLeave } from "@solidjs/router";

/**
 * Asks before a page with unsaved work is left.
 * @returns call it right before leaving on purpose, once the work is saved
 */
export function useLeaveGuard(hasUnsavedWork: () => boolean, question: string): () => void {
  let isReleased = false;
  useBeforeLeave((leaving) => {
    if (isReleased || leaving.defaultPrevented || !hasUnsavedWork()) return;
    leaving.preventDefault();
    if (window.confirm(question)) leaving.retry(true);
  });
  return () => {
    isReleased = true;
  };
}
