const STORAGE_KEY = "bakeoff.renewed-at";

/** A second failure within this time is no deployment: reloading once more would go on for ever. */
const FOCUS_TIMEOUT_MILLISECONDS = 60_000;

let destination: string | undefined;

/** Remembers where somebody is going: the address changes only once the page's parts are there. */
export function setDestination(path: string): void {
  destination = path;
}

/**
 * A page that was open during a deployment asks for parts that are gone. Loading the page that was asked for
 * anew, once, brings the new ones.
 */
export function renewAfterDeployment(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const renewedAt = Number(sessionStorage.getItem(STORAGE_KEY) ?? 0);
    if (Date.now() - renewedAt < FOCUS_TIMEOUT_MILLISECONDS) return;
    event.preventDefault();
    sessionStorage.setItem(STORAGE_KEY, String(Date.now()));
    window.location.assign(destination ?? window.location.href);
  });
}
