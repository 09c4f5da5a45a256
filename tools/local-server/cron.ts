const MINUTE = 60_000;

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
