const MINUTE = 60_000;

/** A host that leads to the Worker inside this process alone, and nowhere outside. */
export const SCHEDULE_HOST = "schedule.invalid";

/** Where Miniflare runs the Worker's schedule. @param time the moment that it believes in, as epoch milliseconds */
export function scheduleAddress(time: number): string {
  const query = new URLSearchParams({ cron: "* * * * *", time: String(time) });
  return `http://${SCHEDULE_HOST}/cdn-cgi/local/scheduled?${query}`;
}

/**
 * Does locally what Cron Triggers do on Cloudflare: calls back every minute, on the minute.
 * @param look receives the minute's epoch milliseconds; its failures are its own to report
 * @returns stops the calls
 */
export function everyMinute(look: (scheduledTime: number) => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const next = (Math.floor(Date.now() / MINUTE) + 1) * MINUTE;
    timer = setTimeout(() => {
      look(next);
      wait();
    }, next - Date.now());
  };
  wait();
  return () => clearTimeout(timer);
}
