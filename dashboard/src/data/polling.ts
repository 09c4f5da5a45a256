/** How old what is on screen may get, by how fast it changes. Unchanged answers cost a 304 and no bytes. */
export const LIVE_POLL_MILLISECONDS = 3_000;
export const STEADY_POLL_MILLISECONDS = 5_000;
export const SLOW_POLL_MILLISECONDS = 30_000;
