import { useKeys } from "#dashboard/data/keys.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import type { ApiKey } from "#model/key/api-key.ts";

const WORDS: Readonly<Record<string, string>> = {
  "key:admin": "Admin key",
  cron: "Scheduled analysis",
  guardrail: "Guardrail monitor",
};

/** Who may have done something at any installation. */
export const standingActors: readonly string[] = Object.keys(WORDS);

/** Who did something, in words: a key by its name where one may read it, a person by address. */
export function actorWords(actor: string, keys: readonly ApiKey[]): string {
  const words = WORDS[actor];
  if (words !== undefined) return words;
  if (actor.startsWith("access:")) return actor.slice("access:".length);
  return keys.find(({ id }) => `key:${id}` === actor)?.name ?? actor;
}

/** Who did something; the name in the audit on hover. */
export function ActorName(props: { actor: string }) {
  const keys = useKeys();
  return (
    <span class="actor-name" title={props.actor}>
      <bdi>{actorWords(props.actor, loadedData(keys)?.keys ?? [])}</bdi>
    </span>
  );
}
