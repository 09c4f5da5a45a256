import type { FuzzReply } from "./send.ts";

/** What a refusal may be long; a receipt for a batch has an entry for each of its entries besides. */
const MAXIMUM_REFUSAL_CHARACTERS = 65_536;

/** What neither a client nor a log may see: statements, the database's own words, places in the code on lines of a stack. */
const INTERNALS =
  /D1_ERROR|SQLITE_[A-Z]|DrizzleQueryError|Failed query|\bparams: |select \W?\w+\W? from |insert into \W|\n\s+at \S|worker\.js:\d/i;

/** Faults that a reply shows, in words. @param secrets what must be in no reply */
export function findFaults({ status, text, contentType }: FuzzReply, secrets: readonly string[]): string[] {
  const isRefusal = status >= 400;
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...(isRefusal && text.length > MAXIMUM_REFUSAL_CHARACTERS
      ? [`a refusal of ${text.length} characters`]
      : []),
    ...(isRefusal && contentType === "text/html" ? ["a refusal in HTML"] : []),
    ...(isRefusal && INTERNALS.test(text) ? ["internals in a refusal"] : []),
    ...(secrets.some((secret) => text.includes(secret)) ? ["a secret in a reply"] : []),
  ];
}

/** Faults that the server's log shows. */
export function findLogFaults(log: string, secrets: readonly string[]): string[] {
  return log.split("\n").flatMap((line) => {
    const isLeaking = secrets.some((secret) => line.includes(secret));
    return INTERNALS.test(`\n${line}`) || isLeaking ? [`in the log: ${line.slice(0, 300)}`] : [];
  });
}
