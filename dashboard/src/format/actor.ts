/** Who acted, for people: the schedule, the guardrail monitor, somebody by e-mail address, or a key. */
export function actorWords(actor: string): string {
  if (actor === "cron") return "the scheduled analysis";
  if (actor === "guardrail") return "the guardrail monitor";
  if (actor.startsWith("access:")) return actor.slice("access:".length);
  if (actor === "key:admin") return "the admin key";
  if (actor.startsWith("key:")) return `the key ${actor.slice("key:".length)}`;
  return actor;
}

/** True for what Bakeoff did by itself. */
export function isAutomatic(actor: string): boolean {
  return actor === "cron" || actor === "guardrail";
}
