import { dataOf } from "../data/data-of.ts";
import { useKeys } from "../data/queries/catalogue.ts";

const WORDS: Readonly<Record<string, string>> = {
  "key:admin": "Admin secret",
  cron: "Schedule",
  guardrail: "Guardrail",
};

/** Who did something, in words: a key by its name where one may read it, a person by address. */
export function ActorName(props: { actor: string }) {
  const keys = useKeys();
  const name = () => {
    const words = WORDS[props.actor];
    if (words !== undefined) return words;
    if (props.actor.startsWith("access:")) return props.actor.slice("access:".length);
    const key = dataOf(keys)?.keys.find(({ id }) => `key:${id}` === props.actor);
    return key ? key.name : props.actor;
  };
  return (
    <span class="actor-name" title={props.actor}>
      <bdi>{name()}</bdi>
    </span>
  );
}
