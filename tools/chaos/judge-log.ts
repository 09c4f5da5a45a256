/** Statements with their parameters, and names of units and events. */
const SENT_VALUES = /Failed query|\bparams: |insert into \W|chaos-\d+-e\d+-u\d+|\bevent-\d+\b/i;

/** Lines of the server's log that tell a secret, or what somebody has sent. */
export function findLeaks(log: string, secrets: readonly string[]): string[] {
  return log
    .split("\n")
    .filter((line) => SENT_VALUES.test(line) || secrets.some((secret) => line.includes(secret)))
    .map((line) => `in the log: ${line.slice(0, 300)}`);
}
